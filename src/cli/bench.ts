import { failure } from '../base/index.js';
import { unknownName } from '../builder/index.js';
import { benches } from './benches.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { fail, print, printJson } from './terminal.js';

/** `bitloom bench [NAME]`: speed beside named peers, as ratios measured in one run. */
export const run: Run<{ readonly json?: boolean }> = async (name = 'sim', options) => {
  const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!load) return fail(failure(unknownName('benchmark', name, Object.keys(benches))).diagnostics);
  const { bench } = await load();
  const made = await bench();
  if (!made.ok) return fail(made.diagnostics);
  const { document, text, agrees } = made.value;
  if (options.json) printJson({ schema: 1, ...document });
  else print(text);
  return agrees ? exit.done : exit.checkFailed;
};
