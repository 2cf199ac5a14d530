import { success, type Result } from '../../base/index.js';
import { inputTensors, runNode, type Inputs } from '../evaluate.js';
import { resultPlace } from '../geometry.js';
import type { Node } from '../network.js';
import type { Prepared } from '../prepare.js';
import type { SumNode } from '../sums.js';
import { elements, type Tensor } from '../tensor.js';
import { inFormat, leastFixed, mostFixed, type FixedCodes, type FixedFormat } from './format.js';
import { type FixedLayer, type FixedNetwork, type FixedStep } from './network.js';
import { exactProducts, narrowed } from './products.js';
import { asCoded, asTensor, codeTensor, type Coded, type FixedValue } from './value.js';

/** What a layer did for a batch. */
export interface FixedPass {
  readonly layer: FixedLayer;
  readonly input: Coded;
  readonly right: Coded | undefined;
  readonly result: Coded;
  /** numbers that did not fit the format in which the layer reads them */
  readonly clipped: number;
}

/** Who is told of what happened, behind every step. */
export interface FixedWatch {
  readonly layer?: (pass: FixedPass) => void;
  readonly step?: (step: FixedStep, result: FixedValue) => void;
}

/** Runs a network in fixed point. Gives the first output. */
export function runFixed(network: FixedNetwork, inputs: Inputs, watch: FixedWatch = {}): Result<FixedValue> {
  const { prepared, steps } = network;
  const given = inputTensors(prepared, inputs);
  if (!given.ok) return given;
  const values = new Map<string, FixedValue>();
  for (const [name, tensor] of [...prepared.constants, ...given.value])
    values.set(name, { kind: 'tensor', tensor });
  const coded = (name: string): Coded => asCoded(values.get(name)!, network.formatOf(name));
  for (const step of steps) {
    const made = runStep(step, values, coded, network, watch);
    if (!made.ok) return made;
    for (const [name, value] of made.value) values.set(name, value);
    const first = made.value[0];
    if (first) watch.step?.(step, first[1]);
  }
  return success(values.get(prepared.network.outputs[0]!.name)!);
}

type Named = readonly (readonly [name: string, value: FixedValue])[];

function runStep(
  step: FixedStep,
  values: ReadonlyMap<string, FixedValue>,
  coded: (name: string) => Coded,
  network: FixedNetwork,
  watch: FixedWatch,
): Result<Named> {
  switch (step.kind) {
    case 'layer': {
      const { layer } = step;
      const input = coded(layer.input);
      const right = layer.right === undefined ? undefined : coded(layer.right);
      const result = runLayer(layer, input, right);
      watch.layer?.({ layer, input, right, result, clipped: input.saturated + (right?.saturated ?? 0) });
      return success([[layer.output, result]]);
    }
    case 'sum':
      return success([[step.sum.output, added(step.sum, step, coded)]]);
    case 'join':
      return joined(step, coded, network.prepared);
    case 'node':
      return step.moves
        ? moved(step.node, values, network, coded)
        : inFloat(step.node, values, network.prepared);
  }
}

function runLayer(layer: FixedLayer, input: Coded, right: Coded | undefined): Coded {
  const { geometry: g } = layer;
  const images = input.dims[0] ?? 1;
  const results = elements(g.results);
  const codes = new Int32Array(images * results);
  let saturated = 0;
  const apart = right ? images : 1;
  for (let group = 0; group < g.groups; group++)
    for (let image = 0; image < images; image += images / apart) {
      const together = images / apart;
      const rows = together * g.positions;
      const left = rowsOf(layer, input, image, together, group);
      const weights = right ? rightOf(layer, right, image, group) : weightsOf(layer, group);
      const sums = exactProducts(left, weights, rows, g.columns, layer.depth, layer.to.bits);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < g.columns; column++) {
          const bias = right ? 0n : layer.biasCodes[group * g.columns + column]!;
          const code = narrowed(sums[row * g.columns + column]!, bias, layer.shift);
          const place = resultPlace(g, group, column, row % g.positions);
          if (outside(code, layer)) saturated++;
          codes[(image + Math.floor(row / g.positions)) * results + place] = clamp(code, layer);
        }
    }
  return { kind: 'codes', dims: [images, ...g.results], codes, format: layer.to, saturated };
}

interface Bounded {
  readonly low: number;
  readonly high: number;
  readonly to: FixedFormat;
}

/** Whether a result is lost to its width, and not to a bound behind it. */
function outside(code: number, { low, high, to }: Bounded): boolean {
  return (code > high && high === mostFixed(to)) || (code < low && low === leastFixed(to));
}

function clamp(code: number, { low, high }: Pick<Bounded, 'low' | 'high'>): number {
  return code < low ? low : code > high ? high : code;
}

/** The operands that a layer’s positions read of images, a row for each position. */
function rowsOf(
  { geometry: g, depth }: FixedLayer,
  { codes, dims }: Coded,
  image: number,
  images: number,
  group: number,
): Float64Array {
  const size = elements(dims.slice(1));
  const rows = new Float64Array(images * g.positions * depth);
  for (let i = 0, at = 0; i < images; i++) {
    const base = (image + i) * size + group * g.groupStep;
    for (let k = 0; k < g.positions * depth; k++, at++) {
      const from = g.reads[k]!;
      rows[at] = from < 0 ? 0 : codes[base + from]!;
    }
  }
  return rows;
}

function weightsOf({ codes, geometry: { columns }, depth }: FixedLayer, group: number): Float64Array {
  return codes.subarray(group * columns * depth, (group + 1) * columns * depth);
}

/** The right operand of a product of two values of an image, a row for each column. */
function rightOf(
  { geometry: { right } }: FixedLayer,
  { codes, dims }: Coded,
  image: number,
  group: number,
): Float64Array {
  const base = image * elements(dims.slice(1)) + group * right!.groupStep;
  return Float64Array.from(right!.reads, (from) => codes[base + from]!);
}

/** What one result of a layer is made of, and its place among those of its image. */
export function operandsOf(
  { layer, input, right }: FixedPass,
  image: number,
  { group, position, column }: { readonly group: number; readonly position: number; readonly column: number },
): {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly bias: bigint;
  readonly place: number;
} {
  const { depth, geometry } = layer;
  const all = right ? rightOf(layer, right, image, group) : weightsOf(layer, group);
  const rows = rowsOf(layer, input, image, 1, group);
  return {
    a: rows.subarray(position * depth, (position + 1) * depth),
    b: all.subarray(column * depth, (column + 1) * depth),
    bias: right ? 0n : layer.biasCodes[group * geometry.columns + column]!,
    place: resultPlace(geometry, group, column, position),
  };
}

/** The sum of two values: codes of at most 32 bits, aligned in integers of any size and rounded once. */
function added(
  sum: SumNode,
  { to, bounds }: Extract<FixedStep, { kind: 'sum' }>,
  coded: (name: string) => Coded,
): Coded {
  const [x, y] = sum.inputs.map(coded) as [Coded, Coded];
  const unit = Math.max(x.format.fraction, y.format.fraction, to.fraction);
  const [up, on] = [x, y].map(({ format }) => BigInt(unit - format.fraction)) as [bigint, bigint];
  let saturated = 0;
  const codes = x.codes.map((code, i) => {
    const exact = (BigInt(code) << up) + (BigInt(y.codes[i]!) << on);
    const result = narrowed(exact, 0n, unit - to.fraction);
    if (outside(result, { ...bounds, to })) saturated++;
    return clamp(result, bounds);
  });
  return { kind: 'codes', dims: x.dims, codes, format: to, saturated };
}

/** Values one behind the other, in one format. */
function joined(
  { node, to: format }: Extract<FixedStep, { kind: 'join' }>,
  coded: (name: string) => Coded,
  prepared: Prepared,
): Result<Named> {
  const inputs = node.inputs.map(coded);
  const aligned = inputs.map((value) => ({ dims: value.dims, ...inFormat(value, format) }));
  const saturated = aligned.reduce((all, value) => all + value.saturated, 0);
  return withCodes(node, aligned.map(codeTensor), { format, saturated }, prepared);
}

/** An operator that arranges elements: of what is in fixed point, the codes. */
function moved(
  node: Node,
  values: ReadonlyMap<string, FixedValue>,
  { prepared, tables }: FixedNetwork,
  coded: (name: string) => Coded,
): Result<Named> {
  const [name, ...others] = node.inputs as [string, ...string[]];
  const first = tables.get(name) ?? coded(name);
  const rest = others.map((other) => (other === '' ? undefined : asTensor(values.get(other)!)));
  return withCodes(node, [codeTensor(first), ...rest], { ...first, saturated: 0 }, prepared);
}

function withCodes(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  { format, saturated }: Pick<FixedCodes, 'format' | 'saturated'>,
  prepared: Prepared,
): Result<Named> {
  const outputs = runNode(node, inputs, prepared);
  if (!outputs.ok) return outputs;
  return success(
    outputs.value.map(({ dims, data }, i) => {
      const codes = data as Int32Array;
      return [node.outputs[i]!, { kind: 'codes', dims, codes, format, saturated }] as const;
    }),
  );
}

function inFloat(node: Node, values: ReadonlyMap<string, FixedValue>, prepared: Prepared): Result<Named> {
  const inputs = node.inputs.map((name) => {
    const value = values.get(name);
    return value && asTensor(value);
  });
  const outputs = runNode(node, inputs, prepared);
  if (!outputs.ok) return outputs;
  return success(outputs.value.map((tensor, i) => [node.outputs[i]!, { kind: 'tensor', tensor }] as const));
}
