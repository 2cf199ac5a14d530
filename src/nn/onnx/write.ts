import type { Network, Node, ValueInfo } from '../network.js';
import { writeAttribute } from './attributes.js';
import { elementCodes } from './elements.js';
import { modelType, type Draft } from './schema.js';
import { writeTensor } from './tensors.js';

/** The version of the file format that is written; readers since ONNX 1.8 (2020) know it. */
const irVersion = 7;

/** A network as the bytes of an ONNX file. The same network gives the same bytes. */
export async function writeOnnx(network: Network): Promise<Uint8Array> {
  const type = await modelType();
  const model: Draft<'Model'> = {
    irVersion,
    producerName: network.producer,
    graph: {
      name: network.name,
      node: network.nodes.map(writeNode),
      initializer: [...network.initialisers].map(([name, tensor]) => writeTensor(tensor, name)),
      input: network.inputs.map(writeValue),
      output: network.outputs.map(writeValue),
    },
    opsetImport: [{ domain: '', version: network.opset }, ...domains(network)],
    metadataProps: [...network.metadata].map(([key, value]) => ({ key, value })),
  };
  return new Uint8Array(type.encode(model).finish());
}

/** The other domains of operators, in their first version. */
function domains({ nodes }: Network): Draft<'OperatorSet'>[] {
  const named = nodes.flatMap(({ op }) => (op.includes('.') ? [op.slice(0, op.lastIndexOf('.'))] : []));
  return [...new Set(named)].map((domain) => ({ domain, version: 1 }));
}

function writeNode({ name, op, attributes, inputs, outputs }: Node): Draft<'Node'> {
  const dot = op.lastIndexOf('.');
  const attribute = [...attributes].map(([key, value]) => writeAttribute(key, value));
  const domain = dot > 0 && { domain: op.slice(0, dot) };
  return { name, opType: op.slice(dot + 1), input: inputs, output: outputs, attribute, ...domain };
}

function writeValue({ name, type, dims }: ValueInfo): Draft<'ValueInfo'> {
  const dim = dims?.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementCodes[type], ...(dim && { shape: { dim } }) } } };
}
