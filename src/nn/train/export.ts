import { success, type Result } from '../../base/index.js';
import { withBatchNormsFolded } from '../batchnorm.js';
import type { Network, Node } from '../network.js';
import { prepare } from '../prepare.js';
import { plainSpace } from './kernel/space.js';
import type { Draft } from './layer.js';
import { layersOf, spansOf, type Model } from './replica.js';

const output = 'scores';

/** Operator sets in which an operator is written here as it is since then; 13 for all others. */
const since: Readonly<Record<string, number>> = { LayerNormalization: 17, ReduceMean: 18, Gelu: 20 };

/** A model with trained weights as a network; batch normalisations behind convolutions are drawn into these. */
export function exportModel(
  name: string,
  model: Model,
  weights: Float32Array,
  metadata: ReadonlyMap<string, string>,
): Result<Network> {
  const layer = layersOf({ ...model, shard: 1 }, plainSpace(32));
  for (const { parameter, from, to } of spansOf(layer)) parameter.value.set(weights.subarray(from, to));
  const input = model.shape.length === 3 ? 'images' : 'inputs';
  const draft: Draft = { nodes: [], initialisers: new Map() };
  const last = layer.write(input, draft);
  const network: Network = {
    name,
    producer: 'bitloom',
    opset: Math.max(13, ...draft.nodes.map(({ op }) => since[op] ?? 0)),
    inputs: [{ name: input, type: 'float32', dims: ['batch', ...model.shape] }],
    outputs: [{ name: output, type: 'float32', dims: ['batch', ...layer.shape] }],
    initialisers: draft.initialisers,
    nodes: draft.nodes.map((node) => renamed(node, last)),
    metadata,
  };
  return folded(network);
}

function renamed(node: Node, last: string): Node {
  const final = (name: string): string => (name === last ? output : name);
  return { ...node, inputs: node.inputs.map(final), outputs: node.outputs.map(final) };
}

function folded(network: Network): Result<Network> {
  const prepared = prepare(network);
  if (!prepared.ok) return prepared;
  const { nodes, constants } = withBatchNormsFolded(prepared.value);
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const initialisers = new Map([...constants].filter(([name]) => read.has(name)));
  return success({ ...network, nodes, initialisers });
}
