import type { Argument } from '../builder/index.js';
import type { Run } from './command.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { readJson, writeWhole } from './files.js';
import { fail, print, printJson } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly in: string;
  readonly engine: 'interpreter' | 'wasm';
  readonly waves?: string;
  readonly saif?: string;
  readonly clock: number;
  readonly json?: boolean;
}

/** `bitloom sim FILE --in X.json`: the outputs of a design for given inputs, cycle by cycle; waves and activity on wish. */
export const run: Run<Options> = async (file, options) => {
  const built = await readBuilt(file!, options.p);
  if (!built.ok) return fail(built.diagnostics);
  const json = await readJson(options.in);
  if (!json.ok) return fail(json.diagnostics);
  const flow = await import('../flow/index.js');
  const outputs = flow.simulate(built.value, json.value, options.engine, options.in);
  if (!outputs.ok) return fail(outputs.diagnostics);
  const rows = flow.inputRows(built.value, json.value, options.in);
  if (!rows.ok) return fail(rows.diagnostics);
  const { waves, saif, clock } = options;
  const written = [
    ...(waves === undefined ? [] : [await writeWhole(waves, flow.simulationWaves(built.value, rows.value))]),
    ...(saif === undefined
      ? []
      : [await writeWhole(saif, flow.simulationActivity(built.value, rows.value, clock))]),
  ];
  const faults = written.flatMap((one) => (one.ok ? [] : one.diagnostics));
  if (faults.length > 0) return fail(faults);
  if (options.json)
    printJson({
      schema: 1,
      engine: options.engine,
      latency: built.value.emitted.latency,
      outputs: outputs.value,
      ...(waves !== undefined && { waves }),
      ...(saif !== undefined && { saif }),
    });
  else
    for (const [name, values] of Object.entries(outputs.value)) print(`${name}: ${JSON.stringify(values)}`);
  return exit.done;
};
