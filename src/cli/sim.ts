import type { Argument } from '../builder/index.js';
import type { Run } from './command.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { readJson } from './files.js';
import { fail, print, printJson } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly in: string;
  readonly engine: 'interpreter' | 'wasm';
  readonly json?: boolean;
}

/** `bitloom sim FILE --in X.json`: the outputs of a design for given inputs, cycle by cycle. */
export const run: Run<Options> = async (file, options) => {
  const built = await readBuilt(file!, options.p);
  if (!built.ok) return fail(built.diagnostics);
  const json = await readJson(options.in);
  if (!json.ok) return fail(json.diagnostics);
  const { simulate } = await import('../flow/index.js');
  const outputs = simulate(built.value, json.value, options.engine, options.in);
  if (!outputs.ok) return fail(outputs.diagnostics);
  if (options.json)
    printJson({
      schema: 1,
      engine: options.engine,
      latency: built.value.emitted.latency,
      outputs: outputs.value,
    });
  else
    for (const [name, values] of Object.entries(outputs.value)) print(`${name}: ${JSON.stringify(values)}`);
  return exit.done;
};
