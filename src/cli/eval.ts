import { failure, success, wholeFile, type Result } from '../base/index.js';
import { openStore } from '../cache/index.js';
import type { Evaluation, Point } from '../explore/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { readJson, writeWhole } from './files.js';
import { placedBeside, readMaterials } from './materials.js';
import { fail, print, printJson, say, table, tell } from './terminal.js';

interface Options {
  readonly o?: string;
  readonly cache: boolean;
  readonly json?: boolean;
}

/** `bitloom eval POINT.json`: one point of a design space, alone, from a file to a file. */
export const run: Run<Options> = async (file, options) => {
  const point = await pointIn(file!);
  if (!point.ok) return fail(point.diagnostics);
  const materials = await readMaterials(file!, [point.value]);
  if (!materials.ok) return fail(materials.diagnostics);
  const { evaluator, stageStore } = await import('../flow/index.js');
  const store = options.cache ? openStore(stageStore) : undefined;
  const started = performance.now();
  const outcome = await evaluator(materials.value, store).evaluate(point.value);
  const seconds = (performance.now() - started) / 1000;
  if (!outcome.ok) return fail(placedBeside(file!, outcome.failure.diagnostics));
  const document = resultOf(point.value, outcome.evaluation, seconds);
  if (options.o !== undefined) {
    const written = await writeWhole(options.o, `${JSON.stringify(document, undefined, 2)}\n`);
    if (!written.ok) return fail(written.diagnostics);
    say(`${options.o}: ${Object.keys(document.measures).length} measures`);
  }
  if (options.json) printJson(document);
  else if (options.o === undefined) print(tableOf(outcome.evaluation));
  return exit.done;
};

async function pointIn(file: string): Promise<Result<Point>> {
  const value = await readJson(file);
  if (!value.ok) return value;
  const { readPoint } = await import('../explore/index.js');
  const { checkMeasures } = await import('../flow/index.js');
  const point = readPoint(value.value, file);
  if (!point.ok) return point;
  const measures = checkMeasures(point.value.measures, () => wholeFile(file));
  tell(point.diagnostics);
  return measures.ok ? success(point.value) : failure(...measures.diagnostics);
}

/** What a result file holds; `run` alone differs from one evaluation to the next. */
function resultOf(point: Point, { stages, ...evaluation }: Evaluation, seconds: number) {
  return { schema: 1, point, ...evaluation, run: { stages, seconds } };
}

function tableOf({ measures, provenance, intervals }: Evaluation): string {
  const rows = Object.entries(measures).map(([name, value]) => {
    const interval = intervals[name]?.map((end) => end.toPrecision(4)).join(' to ') ?? '';
    return [
      name,
      value === null ? '-' : Number(value.toPrecision(6)),
      interval,
      provenance[name]?.origin ?? '',
    ];
  });
  return table([['measure', 'value', '95 %', 'source'], ...rows]);
}
