import { success, type Result } from '../base/index.js';
import type { Arguments, Definition } from '../builder/index.js';
import { build, replay, type Row } from '../cosim/index.js';
import {
  batches,
  operandsOf,
  range,
  runFixed,
  selectImages,
  type FixedNetwork,
  type FixedPass,
  type Workload,
} from '../nn/index.js';
import { buildDesign } from './design.js';
import type { FixedInference } from './fixed.js';

/** Results of layers that were computed again by Verilog. */
export interface FixedCheck {
  readonly images: number;
  /** designs: one for each number of bits that a layer drops */
  readonly designs: number;
  readonly results: number;
  readonly beats: number;
  readonly mismatches: number;
  readonly first?: {
    readonly layer: string;
    readonly image: number;
    readonly found: number;
    readonly expected: number;
  };
}

/** A result of a layer, with all that it is made of. */
interface Neuron {
  readonly layer: string;
  readonly image: number;
  readonly shift: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly bias: bigint;
  readonly low: number;
  readonly high: number;
  readonly expected: number;
}

/** Products that a neuron takes in a cycle. */
const lanes = 16;
/** How many beats are replayed in one run of the model: their words are held in memory. */
const beatsAtOnce = 50_000;

/**
 * Computes every result of every layer of the first so many samples by the Verilog of a neuron under Verilator.
 *
 * @param neuron a design with the parameters and ports of `examples/fixed-neuron.dp`
 */
export async function replayFixed(
  { network, workload }: FixedInference,
  neuron: Definition,
  samples: number,
  cache: string,
): Promise<Result<FixedCheck>> {
  const images = Math.min(samples, workload.images.count);
  let check: FixedCheck = { images, designs: 0, results: 0, beats: 0, mismatches: 0 };
  const all: Neuron[] = [];
  for (const image of range(0, images)) {
    const found = neuronsOf(network, workload, image);
    if (!found.ok) return found;
    all.push(...found.value);
  }
  const { bits } = network.options;
  const terms = all.reduce((most, { a }) => Math.max(most, a.length), 1);
  for (const shift of new Set(all.map((one) => one.shift))) {
    const own = all.filter((one) => one.shift === shift);
    const done = await replayed(own, neuron, { bits, lanes, terms, shift }, cache);
    if (!done.ok) return done;
    check = {
      ...check,
      ...done.value,
      designs: check.designs + 1,
      results: check.results + own.length,
      beats: check.beats + done.value.beats,
      mismatches: check.mismatches + done.value.mismatches,
      ...(check.first && { first: check.first }),
    };
  }
  return success(check);
}

/** All results of all layers for one sample. */
function neuronsOf(network: FixedNetwork, workload: Workload, image: number): Result<readonly Neuron[]> {
  const neurons: Neuron[] = [];
  const one = { ...workload, images: selectImages(workload.images, [image]) };
  for (const { tensor } of batches(one)) {
    const ran = runFixed(network, tensor, { layer: (pass) => neurons.push(...inPass(pass, image)) });
    if (!ran.ok) return ran;
  }
  return success(neurons);
}

function* inPass(pass: FixedPass, image: number): Generator<Neuron> {
  const { layer, result } = pass;
  const { groups, positions, columns } = layer.geometry;
  for (let group = 0; group < groups; group++)
    for (let position = 0; position < positions; position++)
      for (let column = 0; column < columns; column++) {
        const { a, b, bias, place } = operandsOf(pass, 0, { group, position, column });
        const expected = result.codes[place]!;
        const { name, shift, low, high } = layer;
        yield { layer: name, image, shift, a, b, bias, low, high, expected };
      }
}

async function replayed(
  neurons: readonly Neuron[],
  definition: Definition,
  parameters: Arguments & { readonly bits: number },
  cache: string,
): Promise<Result<Pick<FixedCheck, 'beats' | 'mismatches' | 'first'>>> {
  const built = buildDesign(definition, parameters);
  if (!built.ok) return built;
  const { emitted } = built.value;
  const model = await build([emitted], { cache, quick: true });
  if (!model.ok) return model;
  const column = model.value.ports.outputs.findIndex(({ name }) => name === 'y');
  const sum: { beats: number; mismatches: number; first?: FixedCheck['first'] & object } = {
    beats: 0,
    mismatches: 0,
  };
  for (const part of partsOf(neurons)) {
    const rows: Row[] = [];
    const names = model.value.ports.inputs.map(({ name }) => name);
    const add = (words: ReadonlyMap<string, bigint>): void =>
      void rows.push(names.map((name) => words.get(name) ?? 0n));
    for (let i = 0; i < emitted.latency + 2; i++) add(new Map());
    const shown = part.map((neuron) => {
      for (const words of beatsOf(neuron, parameters.bits)) add(words);
      sum.beats += Math.ceil(neuron.a.length / lanes);
      // The result shows in the cycle behind the last beat, in which the next neuron’s bounds may not be there yet.
      add(idleOf(neuron, parameters.bits));
      return rows.length - 1 + emitted.latency;
    });
    for (let i = 0; i < emitted.latency; i++) add(idleOf(part.at(-1)!, parameters.bits));
    const ran = await replay(model.value, rows);
    if (!ran.ok) return ran;
    part.forEach(({ layer, image, expected }, i) => {
      const found = Number(BigInt.asIntN(parameters.bits, ran.value.rows[shown[i]!]![column]!));
      if (found === expected) return;
      sum.mismatches++;
      sum.first ??= { layer, image, found, expected };
    });
  }
  return success(sum);
}

function* partsOf(neurons: readonly Neuron[]): Generator<readonly Neuron[]> {
  let part: Neuron[] = [];
  let beats = 0;
  for (const neuron of neurons) {
    part.push(neuron);
    beats += Math.ceil(neuron.a.length / lanes) + 1;
    if (beats < beatsAtOnce) continue;
    yield part;
    [part, beats] = [[], 0];
  }
  if (part.length > 0) yield part;
}

function* beatsOf(neuron: Neuron, bits: number): Generator<ReadonlyMap<string, bigint>> {
  const { a, b } = neuron;
  for (let at = 0; at < a.length; at += lanes)
    yield new Map([
      ...idleOf(neuron, bits),
      ['a', packed(a.subarray(at, at + lanes), bits)],
      ['b', packed(b.subarray(at, at + lanes), bits)],
      ['first', at === 0 ? 1n : 0n],
      ['valid', 1n],
    ]);
}

function idleOf({ bias, low, high }: Neuron, bits: number): Map<string, bigint> {
  return new Map([
    ['rst_n', 1n],
    ['bias', BigInt.asUintN(2 * bits, bias)],
    ['low', BigInt.asUintN(bits, BigInt(low))],
    ['high', BigInt.asUintN(bits, BigInt(high))],
  ]);
}

/** Numbers side by side in one word, the first in the lowest bits. */
function packed(numbers: Float64Array, bits: number): bigint {
  return numbers.reduceRight<bigint>(
    (word, number) => (word << BigInt(bits)) | BigInt.asUintN(bits, BigInt(number)),
    0n,
  );
}
