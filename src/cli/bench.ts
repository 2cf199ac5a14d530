import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../base/index.js';
import { unknownName } from '../builder/index.js';
import type { Run } from './command.js';
import { packageFolder } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { fail, print, printJson, table } from './terminal.js';

const known = ['sim'];

/** `bitloom bench [NAME]`: speed beside named peers, as ratios measured in one run. */
export const run: Run<{ readonly json?: boolean }> = async (name = 'sim', options) => {
  if (!known.includes(name)) return fail(failure(unknownName('benchmark', name, known)).diagnostics);
  const built = await readBuilt(`${packageFolder}examples/dot-int8.dp`, {});
  if (!built.ok) return fail(built.diagnostics);
  const { benchSimulation } = await import('../flow/index.js');
  // A cache of its own, so that what Verilator takes to build is measured, not remembered.
  const cache = await mkdtemp(join(tmpdir(), 'bitloom-'));
  const made = await benchSimulation(built.value, cache).finally(() => rm(cache, { recursive: true }));
  if (!made.ok) return fail(made.diagnostics);
  const { ours, peer, ratio, about, mismatches, checked, nodes, compileSeconds } = made.value;
  if (options.json) printJson({ schema: 1, benchmarks: [made.value] });
  else {
    print(about);
    print(
      table([
        ['benchmark', 'bitloom', 'peer', 'ratio', 'nodes', 'compile s', 'peer s'],
        [
          made.value.name,
          ours.toExponential(2),
          peer.toExponential(2),
          ratio.toFixed(1),
          nodes,
          compileSeconds.ours.toFixed(3),
          compileSeconds.peer.toFixed(1),
        ],
      ]),
    );
    print(`${checked} outputs compared, ${mismatches} mismatches`);
  }
  return mismatches === 0 ? exit.done : exit.checkFailed;
};
