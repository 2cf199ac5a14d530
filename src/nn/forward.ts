import { success, type Result } from '../base/index.js';
import { fromCodes, toCodes, type Codes } from './codes.js';
import type { DotEngine, Products } from './engine.js';
import { inputTensors, runNode, type Inputs } from './evaluate.js';
import { operatorOf } from './prepare.js';
import type { QuantisedLayer, QuantisedNetwork } from './quantise.js';
import { requantise } from './requantise.js';
import { elements, floatTensor, type Dims, type Tensor, type TensorOf } from './tensor.js';
import type { Node } from './network.js';

/** A value while a quantised network runs: numbers, or codes with the scale that makes them numbers. */
interface Activation {
  readonly tensor: Tensor;
  readonly scale?: number;
}

/** What a layer did for one batch. */
export interface LayerPass {
  readonly layer: QuantisedLayer;
  /** rows × depth codes that it read */
  readonly codes: Codes;
  readonly rows: number;
  /** inner products whose accumulator overflowed */
  readonly overflows: number;
  /** results that did not fit their width */
  readonly saturated: number;
}

/**
 * Runs a quantised network on images: layers of inner products in integers on the engine, the rest in float.
 *
 * @param seen is called behind every layer
 * @returns the first output of the network, as numbers
 */
export function forward(
  quantised: QuantisedNetwork,
  inputs: Inputs,
  engine: DotEngine,
  seen: (pass: LayerPass) => void = () => {},
): Result<TensorOf<'float32'>> {
  const { prepared, steps } = quantised;
  const given = inputTensors(prepared, inputs);
  if (!given.ok) return given;
  const values = new Map<string, Activation>();
  for (const [name, tensor] of [...prepared.constants, ...given.value]) values.set(name, { tensor });
  for (const step of steps) {
    if (step.kind === 'layer') {
      values.set(step.layer.output, runLayer(step.layer, values.get(step.layer.input)!, engine, seen));
      continue;
    }
    const outputs = runOther(step.node, values, quantised);
    if (!outputs.ok) return outputs;
    step.node.outputs.forEach((name, i) => outputs.value[i] && values.set(name, outputs.value[i]));
  }
  return success(asNumbers(values.get(prepared.network.outputs[0]!.name)!) as TensorOf<'float32'>);
}

/** An operator that is no layer: one that only moves elements takes codes as they are, the others numbers. */
function runOther(
  node: Node,
  values: ReadonlyMap<string, Activation>,
  { prepared }: QuantisedNetwork,
): Result<readonly Activation[]> {
  const inputs = node.inputs.map((name) => values.get(name));
  const { moves } = operatorOf(node);
  const tensors = inputs.map((input) => input && (moves ? input.tensor : asNumbers(input)));
  const outputs = runNode(node, tensors, prepared);
  if (!outputs.ok) return outputs;
  const scale = moves ? inputs[0]?.scale : undefined;
  return success(outputs.value.map((tensor) => ({ tensor, ...(scale !== undefined && { scale }) })));
}

function runLayer(
  layer: QuantisedLayer,
  input: Activation,
  engine: DotEngine,
  seen: (pass: LayerPass) => void,
): Activation {
  const codes = asCodes(input, layer);
  const rows = codes.length / layer.depth;
  const products = engine.products(codes, layer.weights, rows, layer.columns, layer.depth);
  const dims = [...input.tensor.dims.slice(0, -1), layer.columns];
  const { overflows } = products;
  if (layer.result.kind === 'numbers') {
    seen({ layer, codes, rows, overflows, saturated: 0 });
    return { tensor: floatTensor(dims, toNumbers(layer, products)) };
  }
  const { scale, requantisation } = layer.result;
  const convert = engine.requantise ?? requantise;
  const result = convert(products.values, rows, layer.columns, requantisation);
  seen({ layer, codes, rows, overflows, saturated: result.saturated });
  return { tensor: codeTensor(result.codes, dims), scale };
}

/** (acc + bias) · inputScale · weightScale, then ReLU: in doubles, rounded to float32. */
function toNumbers(layer: QuantisedLayer, { values }: Products): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const column = i % layer.columns;
    const sum = values[i]! + layer.bias[column]!;
    const clipped = layer.relu ? Math.max(0, sum) : sum;
    out[i] = clipped * layer.inputScale * layer.weightScales[column]!;
  }
  return out;
}

function asCodes({ tensor, scale }: Activation, layer: QuantisedLayer): Codes {
  if (scale !== undefined) return tensor.data as Codes;
  return toCodes(tensor.data as Float32Array, layer.inputScale, layer.inputBits);
}

function asNumbers({ tensor, scale }: Activation): Tensor {
  if (scale === undefined) return tensor;
  return floatTensor(tensor.dims, fromCodes(tensor.data as Codes, scale));
}

function codeTensor(codes: Codes, dims: Dims): Tensor {
  if (elements(dims) !== codes.length)
    throw new Error(`engine gave ${codes.length} codes for [${dims.join()}]`);
  return codes instanceof Int8Array
    ? { type: 'int8', dims, data: codes }
    : { type: 'int16', dims, data: codes };
}
