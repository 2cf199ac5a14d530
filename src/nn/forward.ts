import { success, type Result } from '../base/index.js';
import type { Beat } from './beats.js';
import { runBlockLayer } from './blocklayer.js';
import type { BlockLayer } from './blocks.js';
import type { Codes } from './codes.js';
import type { DotEngine, DotSession } from './engine.js';
import { inputTensors, runNode, type Inputs } from './evaluate.js';
import { movesCodes } from './affine.js';
import { sameCoding, type Coding } from './coding.js';
import { runSum, type QuantisedSum } from './integersum.js';
import { runLayer } from './layer.js';
import {
  asCodes,
  asTensor,
  codeTensor,
  dimsOf,
  fromCodeTensor,
  imagesOf,
  type Activation,
} from './layout.js';
import { maxPlanes } from './maxpool.js';
import { keepsOrder, reshaped } from './moving.js';
import type { QuantisedNetwork } from './quantise.js';
import type { QuantisedLayer } from './quantised-layer.js';
import type { Prepared } from './prepare.js';
import type { Tensor, TensorOf } from './tensor.js';
import type { Node } from './network.js';

/** Which datapath a layer runs on; one for all of them, or one by the layer. */
export type Engines = DotEngine | ((layer: { readonly name: string; readonly kind: string }) => DotEngine);

/** What a layer did for one batch. */
export interface LayerPass {
  readonly layer: QuantisedLayer | BlockLayer;
  readonly engine: DotEngine;
  readonly images: number;
  readonly result: Activation;
  /** inner products whose accumulator overflowed */
  readonly overflows: number;
  /** results that did not fit their width, and numbers that did not fit the codes that the layer reads */
  readonly saturated: number;
  readonly clipped: number;
  /** bits of an element of each operand, with its share of scales */
  readonly bits: { readonly activations: number; readonly weights: number };
  /** where results are rounded, behind the datapath's sums */
  readonly roundings: readonly string[];
  /** For a pass of one image: each inner product's operands, and its sum as the engine gives it. */
  readonly products: () => {
    readonly sum: (group: number, position: number, column: number) => number;
    readonly beats: (group: number, position: number, column: number) => readonly Beat[];
  };
}

/** What a sum in integers did for one batch. */
export interface SumPass {
  readonly sum: QuantisedSum;
  readonly saturated: number;
  readonly outputs: number;
}

/** Who is told of what happened, behind every step; and what else is in buffers on the way. */
export interface Watch {
  readonly layer?: (pass: LayerPass) => void;
  readonly sum?: (pass: SumPass) => void;
  /** What a layer in integers reads in the place of its operands' codes, which are [element][image]. */
  readonly read?: (layer: QuantisedLayer, codes: Codes, images: number, operand: 'left' | 'right') => Codes;
  /** May change a layer's sums in place, before anything is made of them. */
  readonly sums?: (layer: QuantisedLayer, column: ColumnSums) => void;
}

/** Sums of one column of a layer at some positions, and what they were made of. */
export interface ColumnSums {
  readonly group: number;
  /** of the group */
  readonly column: number;
  /** the first position, and how many there are */
  readonly position: number;
  readonly positions: number;
  readonly images: number;
  /** [position][image] */
  readonly sums: Int32Array | Float64Array;
  /** [term][position][image] with the session's stride, and its weights */
  readonly session: DotSession;
}

/**
 * Runs a quantised network on images: layers of inner products in integers on the engine, sums in integers, the rest
 * in float.
 *
 * @returns the first output of the network, as numbers
 */
export function forward(
  quantised: QuantisedNetwork,
  inputs: Inputs,
  engines: Engines,
  watch: Watch = {},
): Result<TensorOf<'float32'>> {
  const { prepared, steps } = quantised;
  const given = inputTensors(prepared, inputs);
  if (!given.ok) return given;
  const values = new Map<string, Activation>();
  for (const [name, tensor] of [...prepared.constants, ...given.value])
    values.set(name, { kind: 'tensor', tensor });
  const engineOf = typeof engines === 'function' ? engines : () => engines;
  for (const step of steps) {
    if (step.kind === 'layer') {
      const { layer } = step;
      const right = layer.right === undefined ? undefined : values.get(layer.right)!;
      const pass = runLayer(layer, values.get(layer.input)!, right, engineOf(layer), watch);
      values.set(layer.output, pass.result);
      watch.layer?.(pass);
    } else if (step.kind === 'blocks') {
      const pass = runBlockLayer(step.layer, values.get(step.layer.input)!, engineOf(step.layer));
      values.set(step.layer.output, pass.result);
      watch.layer?.(pass);
    } else if (step.kind === 'sum') values.set(step.sum.output, runInteger(step.sum, values, watch));
    else if (step.kind === 'quantiser') {
      const codes = intoStated(step.node, step.coding, values, prepared);
      if (!codes.ok) return codes;
      values.set(step.node.outputs[0]!, codes.value);
    } else {
      const outputs = runOther(step.node, values, quantised);
      if (!outputs.ok) return outputs;
      step.node.outputs.forEach((name, i) => outputs.value[i] && values.set(name, outputs.value[i]));
    }
  }
  return success(asTensor(values.get(prepared.network.outputs[0]!.name)!) as TensorOf<'float32'>);
}

function runInteger(sum: QuantisedSum, values: ReadonlyMap<string, Activation>, watch: Watch): Activation {
  const inputs = sum.inputs.map(({ name, coding }) => asCodes(values.get(name)!, coding));
  const images = imagesOf(inputs[0]!);
  const ran = runSum(
    sum,
    inputs.map(({ planes }) => planes),
    images,
  );
  watch.sum?.({ sum, saturated: ran.saturated, outputs: ran.codes.length });
  return { kind: 'codes', planes: ran.codes, dims: [images, ...sum.results], coding: sum.to, saturated: 0 };
}

/** A value in the codes that its network states: as it is if it is in them, or by the network's own arithmetic. */
function intoStated(
  node: Node,
  coding: Coding,
  values: ReadonlyMap<string, Activation>,
  prepared: Prepared,
): Result<Activation> {
  const inputs = node.inputs.map((name) => values.get(name));
  const [first] = inputs;
  if (first?.kind === 'codes' && sameCoding(first.coding, coding)) return success(first);
  const outputs = runNode(
    node,
    inputs.map((input) => input && asTensor(input)),
    prepared,
  );
  if (!outputs.ok) return outputs;
  const [tensor] = outputs.value as [Tensor];
  if (tensor.type !== 'float32') return success(fromCodeTensor(tensor, coding));
  return success(asCodes({ kind: 'tensor', tensor }, coding));
}

/** An operator that is no layer: one that only moves elements takes codes as they are, the others numbers. */
function runOther(
  node: Node,
  values: ReadonlyMap<string, Activation>,
  { prepared }: QuantisedNetwork,
): Result<readonly Activation[]> {
  const inputs = node.inputs.map((name) => values.get(name));
  const [first] = inputs;
  const inCodes = first?.kind === 'codes' && movesCodes(node) ? first : undefined;
  const pooled = inCodes && node.op === 'MaxPool' && maxPlanes(node, inCodes.planes, inCodes.dims);
  if (inCodes && pooled) return success([{ ...inCodes, ...pooled }]);
  if (first && first.kind !== 'tensor' && keepsOrder(node)) {
    const rest = inputs.map((input, i) => (i === 0 ? undefined : input && asTensor(input)));
    const dims = reshaped(node, dimsOf(first), rest, prepared);
    // With the images still in front, planes stay as they are.
    if (!dims.ok || dims.value[0] === dimsOf(first)[0])
      return dims.ok ? success([{ ...first, dims: dims.value }]) : dims;
  }
  const tensors = inputs.map(
    (input, i) => input && (inCodes && i === 0 ? codeTensor(inCodes) : asTensor(input)),
  );
  const outputs = runNode(node, tensors, prepared);
  if (!outputs.ok) return outputs;
  return success(
    outputs.value.map((tensor): Activation =>
      inCodes ? fromCodeTensor(tensor, inCodes.coding) : { kind: 'tensor', tensor },
    ),
  );
}
