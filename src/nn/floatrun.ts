import { success, type Result } from '../base/index.js';
import { findSteps, type Affine, type Step } from './affine.js';
import { inputTensors, runNode, type Inputs } from './evaluate.js';
import { asNumbers, asTensor, dimsOf, imagesOf, type Activation } from './layout.js';
import { maxPlanes } from './maxpool.js';
import { keepsOrder, reshaped } from './moving.js';
import type { Node } from './network.js';
import type { Prepared } from './prepare.js';
import { eachRun, fillTile, tilePositions, tiles } from './products.js';
import type { TensorOf } from './tensor.js';
import { fastSpace, type Floats, type Space } from './train/kernel/space.js';

/** Runs a network in float32 and gives its first output, and on the way values that are asked for. */
export type FloatRun = (
  inputs: Inputs,
  look?: (name: string, value: () => Float32Array) => void,
) => Result<TensorOf<'float32'>>;

/** Streams that go through a product together: few enough for the second-level cache. */
const mostStreams = 1024;

/**
 * A network to be run on many batches. Layers of inner products with constant weights run in WebAssembly, four sums at
 * once, in float32 and in the order of their terms; the rest as `evaluate` does. So results differ from those of
 * `evaluate` by the rounding of these sums.
 *
 * @param space where weights and buffers lie, for as long as the space
 */
export function floatRunner(prepared: Prepared, space: Space = fastSpace()): FloatRun {
  const steps = findSteps(prepared);
  const kernels = new Map<Affine, FloatLayer>();
  const run = (affine: Affine, input: Activation): Activation => {
    const images = imagesOf(input);
    let kernel = kernels.get(affine);
    if (kernel?.images !== images) kernels.set(affine, (kernel = floatLayer(space, affine, images)));
    return kernel.run(asNumbers(input));
  };
  return (inputs, look) => {
    const given = inputTensors(prepared, inputs);
    if (!given.ok) return given;
    const values = new Map<string, Activation>();
    for (const [name, tensor] of [...prepared.constants, ...given.value])
      values.set(name, { kind: 'tensor', tensor });
    for (const step of steps) {
      const done = runStep(step, values, prepared, run);
      if (!done.ok) return done;
      const output = step.kind === 'affine' ? step.affine.output : step.kind === 'sum' ? step.sum.output : '';
      if (output !== '') look?.(output, () => asNumbers(values.get(output)!));
    }
    return success(asTensor(values.get(prepared.network.outputs[0]!.name)!) as TensorOf<'float32'>);
  };
}

function runStep(
  step: Step,
  values: Map<string, Activation>,
  prepared: Prepared,
  run: (affine: Affine, input: Activation) => Activation,
): Result<undefined> {
  if (step.kind === 'affine' && step.affine.right === undefined) {
    values.set(step.affine.output, run(step.affine, values.get(step.affine.input)!));
    return success(undefined);
  }
  const nodes = step.kind === 'node' ? [step.node] : step.kind === 'sum' ? step.sum.nodes : step.affine.nodes;
  for (const node of nodes) {
    const outputs = runOther(node, values, prepared);
    if (!outputs.ok) return outputs;
    node.outputs.forEach((name, i) => outputs.value[i] && values.set(name, outputs.value[i]));
  }
  return success(undefined);
}

function runOther(
  node: Node,
  values: ReadonlyMap<string, Activation>,
  prepared: Prepared,
): Result<readonly Activation[]> {
  const inputs = node.inputs.map((name) => values.get(name));
  const [first] = inputs;
  if (first?.kind === 'numbers') {
    const pooled = node.op === 'MaxPool' && maxPlanes(node, first.planes, first.dims);
    if (pooled) return success([{ kind: 'numbers', ...pooled }]);
    const rest = inputs.map((one, i) => (i === 0 ? undefined : one && asTensor(one)));
    const dims = keepsOrder(node) ? reshaped(node, dimsOf(first), rest, prepared) : undefined;
    if (dims && !dims.ok) return dims;
    if (dims?.value[0] === first.dims[0]) return success([{ ...first, dims: dims!.value }]);
  }
  const outputs = runNode(
    node,
    inputs.map((one) => one && asTensor(one)),
    prepared,
  );
  if (!outputs.ok) return outputs;
  return success(outputs.value.map((tensor) => ({ kind: 'tensor', tensor })));
}

/** A layer with its weights and buffers in the memory of the kernels, for one number of images. */
interface FloatLayer {
  readonly images: number;
  readonly run: (planes: Float32Array) => Activation;
}

function floatLayer(space: Space, affine: Affine, images: number): FloatLayer {
  const { geometry: g, depth, weights, bias, relu, most } = affine;
  const positions = tilePositions(g, images, mostStreams);
  const streams = positions * images;
  const w = space.floats(weights.length);
  const x = space.floats(depth * streams) as Float32Array;
  const y = space.floats(g.columns * streams);
  w.set(weights);
  return {
    images,
    run(planes) {
      const out = new Float32Array(g.groups * g.columns * g.positions * images);
      for (const tile of tiles(g, images, mostStreams)) {
        const count = tile.positions * images;
        fillTile(x, streams, planes, images, g, tile, 0);
        space.product(
          g.columns,
          count,
          depth,
          { data: w, at: tile.group * g.columns * depth, row: depth },
          { data: x, at: 0, row: streams },
          { data: y, at: 0, row: streams },
        );
        for (let column = 0; column < g.columns; column++) {
          const offset = bias[tile.group * g.columns + column]!;
          const own = y.subarray(column * streams, column * streams + count);
          bounded(own, offset, relu ? 0 : -Infinity, most);
          eachRun(g, tile, column, images, (at, from, length) =>
            out.set(own.subarray(from, from + length), at),
          );
        }
      }
      return { kind: 'numbers', planes: out, dims: [images, ...g.results] };
    },
  };
}

function bounded(y: Floats, offset: number, least: number, most: number): void {
  for (let i = 0; i < y.length; i++) {
    const value = y[i]! + offset;
    y[i] = value < least ? least : value > most ? most : value;
  }
}
