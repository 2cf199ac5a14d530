import { success, type Result } from '../base/index.js';
import { build, replay, type Model, type ModelPort, type Row } from '../cosim/index.js';
import { numberDecoder, numberFormatOf } from '../format/index.js';
import type { Port } from '../ir/index.js';
import { dotPorts, imageProducts, sampleProducts, type Beat, type ProductSample } from '../nn/index.js';
import type { Built } from './design.js';
import type { Inference } from './infer.js';

/** Inner products of the network that were replayed on the Verilog. */
export interface RtlCheck {
  /** images all of whose inner products were replayed; 0 where these were drawn */
  readonly images: number;
  readonly products: number;
  readonly beats: number;
  readonly mismatches: number;
  readonly first?: { readonly sample: ProductSample; readonly found: number };
}

/** What is replayed: so many inner products drawn at random, or all of the first so many images. */
export type RtlWish = { readonly products: number; readonly seed: number } | { readonly images: number };

/** How many beats are replayed in one run of the model: their words are held in memory. */
const beatsAtOnce = 100_000;

/** Replays the very inner products that the network computes on the datapaths' Verilog under Verilator. */
export async function replayProducts(
  inference: Inference,
  wish: RtlWish,
  cache: string,
): Promise<Result<RtlCheck>> {
  const { quantised, workload, engineOf, designOf } = inference;
  const drawn =
    'images' in wish
      ? imageProducts(quantised, workload, engineOf, wish.images)
      : eachSample(sampleProducts(quantised, workload, engineOf, wish.products, wish.seed));
  const images = 'images' in wish ? Math.min(wish.images, workload.images.count) : 0;
  let check: RtlCheck = { images, products: 0, beats: 0, mismatches: 0 };
  const models = new Map<Built, Model>();
  let samples: ProductSample[] = [];
  let beats = 0;
  const flush = async (): Promise<Result<undefined>> => {
    for (const design of new Set(samples.map(({ layer }) => designOf({ name: layer })))) {
      const own = samples.filter(({ layer }) => designOf({ name: layer }) === design);
      const model = models.has(design)
        ? success(models.get(design)!)
        : await build([design.emitted], { cache });
      if (!model.ok) return model;
      models.set(design, model.value);
      const done = await replayed(own, design, model.value);
      if (!done.ok) return done;
      check = joined(check, done.value);
    }
    [samples, beats] = [[], 0];
    return success(undefined);
  };
  for (const sample of drawn) {
    if (!sample.ok) return sample;
    samples.push(sample.value);
    beats += sample.value.beats.length;
    if (beats < beatsAtOnce) continue;
    const done = await flush();
    if (!done.ok) return done;
  }
  const done = await flush();
  return done.ok ? success(check) : done;
}

function* eachSample(samples: Result<readonly ProductSample[]>): Generator<Result<ProductSample>> {
  if (!samples.ok) yield samples;
  else for (const sample of samples.value) yield success(sample);
}

function joined(a: RtlCheck, b: RtlCheck): RtlCheck {
  const first = a.first ?? b.first;
  return {
    images: a.images,
    products: a.products + b.products,
    beats: a.beats + b.beats,
    mismatches: a.mismatches + b.mismatches,
    ...(first && { first }),
  };
}

async function replayed(
  samples: readonly ProductSample[],
  datapath: Built,
  model: Model,
): Promise<Result<RtlCheck>> {
  if (samples.length === 0) return success({ images: 0, products: 0, beats: 0, mismatches: 0 });
  const made = rowsOf(datapath, samples, model.ports.inputs);
  if (!made.ok) return made;
  const { rows, results, sum } = made.value;
  const ran = await replay(model, rows);
  if (!ran.ok) return ran;
  const column = model.ports.outputs.findIndex((port) => port.name === sum.name);
  const read = sumReader(sum);
  const found = results.map((row) => read(ran.value.rows[row + datapath.emitted.latency]![column]!));
  const wrong = found.flatMap((value, i) => (Object.is(value + 0, samples[i]!.expected + 0) ? [] : [i]));
  return success({
    images: 0,
    products: samples.length,
    beats: samples.reduce((total, sample) => total + sample.beats.length, 0),
    mismatches: wrong.length,
    ...(wrong.length > 0 && { first: { sample: samples[wrong[0]!]!, found: found[wrong[0]!]! } }),
  });
}

/** The number that a word of the sum's port stands for: whole for integers. */
function sumReader(sum: Port): (word: bigint) => number {
  const format = numberFormatOf(sum.format);
  if (!format.ok || format.value.kind === 'fixed') return (word) => Number(BigInt.asIntN(sum.width, word));
  const decode = numberDecoder(format.value);
  return (word) => decode(Number(word));
}

/** The beats of all samples one behind the other, and the row in which each sum shows. */
function rowsOf(
  datapath: Built,
  samples: readonly ProductSample[],
  ports: readonly ModelPort[],
): Result<{ readonly rows: Row[]; readonly results: number[]; readonly sum: Port }> {
  const found = dotPorts(datapath.simplified);
  if (!found.ok) return found;
  const { activations, weights, activationScales, weightScales, first, valid, sum } = found.value;
  const rows: Row[] = [];
  const idle: Beat = { a: [], w: [] };
  const add = (beat: Beat, starts: boolean, counts: boolean, reset: boolean): void => {
    const words = new Map([
      ['rst_n', reset ? 0n : 1n],
      [activations.name, packed(beat.a, activations)],
      [weights.name, packed(beat.w, weights)],
      [first.name, starts ? 1n : 0n],
    ]);
    if (valid) words.set(valid.name, counts ? 1n : 0n);
    if (activationScales) words.set(activationScales.name, packed(beat.aScales ?? [], activationScales));
    if (weightScales) words.set(weightScales.name, packed(beat.wScales ?? [], weightScales));
    rows.push(ports.map((port) => words.get(port.name)!));
  };
  for (let i = 0; i < datapath.emitted.latency + 2; i++) add(idle, false, false, true);
  const results: number[] = [];
  for (const sample of samples) {
    sample.beats.forEach((beat, i) => add(beat, i === 0, true, false));
    results.push(rows.length);
  }
  for (let i = 0; i <= datapath.emitted.latency; i++) add(idle, true, false, false);
  return success({ rows, results, sum });
}

/** Numbers side by side in one word of a port, the first in the lowest bits. */
function packed(numbers: readonly number[], { width, lanes }: Port): bigint {
  const bits = width / lanes;
  return numbers.reduceRight<bigint>(
    (word, number) => (word << BigInt(bits)) | BigInt.asUintN(bits, BigInt(number)),
    0n,
  );
}

/**
 * The beats of inner products of the network, or of one layer of it, as words of the Verilog's input ports, for counting
 * transitions.
 */
export function productBeats(
  { quantised, workload, engineOf, designOf }: Inference,
  datapath: Built,
  count: number,
  seed: number,
  layer?: string,
): Result<Record<string, bigint[]>> {
  const drawn = sampleProducts(quantised, workload, engineOf, count, seed, layer);
  if (!drawn.ok) return drawn;
  const own = drawn.value.filter(({ layer }) => designOf({ name: layer }) === datapath);
  const { ports } = datapath.emitted;
  const names = ports.filter((port) => port.direction === 'input');
  const all: ModelPort[] = [
    { module: 0, name: 'rst_n', width: 1 },
    ...names.map((port) => ({ module: 0, name: port.name, width: port.width })),
  ];
  const made = rowsOf(datapath, own, all);
  if (!made.ok) return made;
  const verilog = ['rst_ni', ...names.map((port) => port.verilog)];
  return success(Object.fromEntries(verilog.map((name, i) => [name, made.value.rows.map((row) => row[i]!)])));
}
