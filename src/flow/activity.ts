import { failure, fault, success, wholeFile, type Diagnostic, type Result } from '../base/index.js';
import type { Inputs } from '../cost/index.js';
import { portNames } from '../emit/index.js';
import { readNpyIntegers, type NpyArray, type Integers } from '../format/index.js';
import { resetName, topOf } from '../ir/index.js';
import { plainPlan } from '../nn/index.js';
import type { Stimulus } from '../synth/index.js';
import type { Built } from './design.js';
import { inferDefaults, prepareInference, type ModelFile } from './infer.js';
import { productBeats } from './infer-replay.js';
import { inputRows } from './simulate.js';

/**
 * Words of input ports, a cycle each, as inputs for counting transitions. A design with a reset sees it for two cycles
 * first, unless its words are given.
 */
export function givenInputs(
  source: string,
  words: Readonly<Record<string, readonly bigint[]>>,
  reset?: string,
): Inputs {
  const warmUp = reset !== undefined && !(reset in words) ? 2 : 0;
  const given = Object.values(words)[0]?.length ?? 0;
  const stacked = Object.entries(words).map(([name, list]) => [
    name,
    [...Array.from({ length: list.length > 0 ? warmUp : 0 }, () => list[0]!), ...list].map((word) => [word]),
  ]);
  const held = Array.from({ length: given + warmUp }, (_, cycle) => [cycle < warmUp ? 0n : 1n]);
  const all = Object.fromEntries([...stacked, ...(warmUp > 0 ? [[reset, held]] : [])]) as Stimulus['words'];
  return { kind: 'given', source, stimulus: { cycles: given + warmUp, streams: 1, words: all } };
}

/** The words of a design's input ports, given as JSON for `simulate`, as inputs for counting transitions. */
export function activityInputs(built: Built, inputs: unknown, file: string): Result<Inputs> {
  const rows = inputRows(built, inputs, file);
  if (!rows.ok) return rows;
  const { inputs: ports } = topOf(built.simplified);
  const names = portNames(built.axis)(topOf(built.simplified).name);
  const words = ports.flatMap((port, k) =>
    port.name !== resetName && port.name in (inputs as object)
      ? [[names.input(port.name), rows.value.map((row) => row[k]!)] as const]
      : [],
  );
  return success(givenInputs(file, Object.fromEntries(words), names.reset));
}

/** A .npy file with the words of an input port. */
export interface PortFile {
  readonly port: string;
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * The same from .npy files of whole numbers, one for each port, of shape [cycles] or, for a port of several elements,
 * [cycles, elements].
 */
export function arrayInputs(built: Built, files: readonly PortFile[]): Result<Inputs> {
  const wrong: Diagnostic[] = [];
  const series: Record<string, readonly unknown[]> = {};
  for (const one of files) {
    const rows = rowsFor(built, one);
    if (rows.ok) series[one.port] = rows.value;
    else wrong.push(...rows.diagnostics);
  }
  const lengths = Object.entries(series).map(([port, rows]) => [port, rows.length] as const);
  if (lengths.some(([, length]) => length !== lengths[0]![1])) wrong.push(differentCycles(lengths));
  const source = files.map(({ port, file }) => `${port}=${file}`).join(', ');
  return wrong.length > 0 ? failure(...wrong) : activityInputs(built, series, source);
}

/** The words of one port; the first fault of a file stands for those that follow in it. */
function rowsFor(built: Built, { port, file, bytes }: PortFile): Result<readonly unknown[]> {
  const array = readNpyIntegers(file, bytes);
  if (!array.ok) return array;
  const { shape } = array.value;
  if (shape.length < 1 || shape.length > 2) return failure(badShape(file, shape));
  const rows = cyclesOf(array.value);
  const checked = inputRows(built, { [port]: rows }, file);
  return checked.ok ? success(rows) : failure(checked.diagnostics[0]!);
}

/** Cycles as `simulate` takes them: numbers, and as text those that may be beyond 2^53. */
function cyclesOf({ shape, data }: NpyArray<Integers>): unknown[] {
  const number = (at: number): number | string => {
    const value = data[at]!;
    return typeof value === 'bigint' ? String(value) : value;
  };
  const [cycles, elements] = shape as [number, number?];
  if (elements === undefined) return Array.from({ length: cycles }, (_, cycle) => number(cycle));
  return Array.from({ length: cycles }, (_, cycle) =>
    Array.from({ length: elements }, (_, k) => number(cycle * elements + k)),
  );
}

function badShape(file: string, shape: readonly number[]): Diagnostic {
  return fault('bad-input', `the array has the shape (${shape.join(', ')})`, {
    place: wholeFile(file),
    hint: 'give one of shape (cycles,), or (cycles, elements) for a port of several elements',
  });
}

function differentCycles(lengths: readonly (readonly [port: string, cycles: number])[]): Diagnostic {
  const each = lengths.map(([port, cycles]) => `${cycles} for \`${port}\``).join(', ');
  return fault('bad-input', `the arrays have different numbers of cycles: ${each}`, {
    hint: 'give as many words for each port',
  });
}

/** Which of a network's inner products a datapath is to see. */
export interface LayerWish {
  readonly data: string;
  /** All layers evenly by default. */
  readonly layer?: string | undefined;
  readonly seed: number;
}

/** How many inner products are drawn, and from how many test images. */
const drawn = { products: 40, images: 100 };

/** Beats of a network's own inner products, quantised as wide as the datapath's ports, as inputs for counting transitions. */
export async function layerInputs(
  built: Built,
  model: ModelFile,
  { data, layer, seed }: LayerWish,
): Promise<Result<Inputs>> {
  const ready = await prepareInference(model, built, {
    ...inferDefaults,
    ...{ data, seed, images: drawn.images, plan: plainPlan },
  });
  if (!ready.ok) return ready;
  const words = productBeats(ready.value, built, drawn.products, seed, layer);
  if (!words.ok) return words;
  const of = layer === undefined ? model.name : `${layer} of ${model.name}`;
  const source = `${drawn.products} inner products of ${of}, drawn from ${drawn.images} test images of ${data}, seed ${seed}`;
  return success(givenInputs(source, words.value), ready.value.warnings);
}
