import { success, type Result } from '../../base/index.js';
import { inputTensors, runNode, type Inputs } from '../evaluate.js';
import type { Node } from '../network.js';
import type { Prepared } from '../prepare.js';
import type { SumNode } from '../sums.js';
import type { Tensor } from '../tensor.js';
import { inFormat, type FixedCodes } from './format.js';
import { clamp, outside, runLayer, type FixedPass } from './layer.js';
import type { FixedNetwork, FixedStep } from './network.js';
import { narrowed } from './products.js';
import { asCoded, asTensor, codeTensor, type Coded, type FixedValue } from './value.js';

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
