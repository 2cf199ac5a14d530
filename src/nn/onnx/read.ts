import { failure, success, wholeFile, type Diagnostic, type Result } from '../../base/index.js';
import { inOrderOfUse, knownOperators } from '../graph.js';
import type { Network, Node, ValueInfo } from '../network.js';
import {
  notOnnx,
  sparseTensor,
  unreadElements,
  unsupportedOpset,
  newerOpset,
  doubleName,
} from '../problems.js';
import type { Tensor } from '../tensor.js';
import { readAttribute } from './attributes.js';
import { hasTooManyParts, mostParts } from './bounds.js';
import { elementCodes, elementName, elementType } from './elements.js';
import { modelType, type Draft } from './schema.js';
import { readTensor } from './tensors.js';

/** Versions of the standard operator set whose meaning is known here. */
export const opsets = { least: 7, most: 28 } as const;

/** How many faults of one file are told. */
const mostDiagnostics = 100;

/**
 * Reads a network from the bytes of an ONNX file. All faults that can be found are returned together: bytes that
 * are no ONNX model or cut short, tensors that cannot be read, values that nothing gives, operators that are not
 * supported, cycles. A newer operator set than is known is a warning.
 *
 * @param file what messages call the file
 */
export async function readOnnx(bytes: Uint8Array, file: string): Promise<Result<Network>> {
  const model = await decode(bytes);
  const read = typeof model === 'string' ? failure<Network>(notOnnx(model)) : toNetwork(model);
  const placed = read.diagnostics
    .slice(0, mostDiagnostics)
    .map((one) => ({ ...one, place: wholeFile(file) }));
  return read.ok ? success({ ...read.value, file }, placed) : failure(...placed);
}

/** The decoded model, or why there is none: the decoder throws on damaged bytes. */
async function decode(bytes: Uint8Array): Promise<Draft<'Model'> | string> {
  const type = await modelType();
  try {
    if (await hasTooManyParts(bytes)) return `it has more than ${mostParts} parts`;
    return type.decode(bytes) as Draft<'Model'>;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function toNetwork(model: Draft<'Model'>): Result<Network> {
  const { graph } = model;
  if (!Number(model.irVersion ?? 0)) return failure(notOnnx('it states no version of the format'));
  if (!graph) return failure(notOnnx('it holds no graph'));
  const found: Diagnostic[] = [];
  const opset = readOpset(model, found);
  const initialisers = readInitialisers(graph, found);
  const inputs = (graph.input ?? []).filter(({ name }) => !initialisers.has(name ?? ''));
  const network: Network = {
    name: graph.name ?? '',
    producer: model.producerName ?? '',
    opset,
    inputs: inputs.flatMap((input) => readValue(input, found)),
    outputs: (graph.output ?? []).flatMap((output) => readValue(output, found)),
    initialisers,
    nodes: (graph.node ?? []).map((node, i) => readNode(node, i, found)),
    metadata: new Map((model.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
  };
  found.push(...knownOperators(network));
  // A tensor that could not be read is missing below; saying so twice would hide the first message.
  if (found.some(({ severity }) => severity === 'error')) return failure(...found);
  const sorted = inOrderOfUse(network);
  return sorted.ok ? success(sorted.value, [...found, ...sorted.diagnostics]) : sorted;
}

function readOpset(model: Draft<'Model'>, found: Diagnostic[]): number {
  const standard = (model.opsetImport ?? []).find(({ domain }) => !domain || domain === 'ai.onnx');
  const version = Number(standard?.version ?? 0);
  if (version < opsets.least) found.push(unsupportedOpset(version, opsets.least, opsets.most));
  if (version > opsets.most) found.push(newerOpset(version, opsets.most));
  return version;
}

function readInitialisers(graph: Draft<'Graph'>, found: Diagnostic[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const message of graph.initializer ?? []) {
    const name = message.name ?? '';
    const tensor = readTensor(message, name);
    if (tensors.has(name)) found.push(doubleName(name));
    if (tensor.ok) tensors.set(name, tensor.value);
    found.push(...tensor.diagnostics);
  }
  for (const { values } of graph.sparseInitializer ?? []) found.push(sparseTensor(values?.name ?? ''));
  return tensors;
}

function readValue(message: Draft<'ValueInfo'>, found: Diagnostic[]): ValueInfo[] {
  const name = message.name ?? '';
  const tensor = message.type?.tensorType;
  const type = elementType(tensor?.elemType ?? 0);
  if (!tensor || type === undefined) {
    const called = tensor ? elementName(tensor.elemType ?? 0) : 'no tensor';
    found.push(unreadElements(name, called, Object.keys(elementCodes)));
    return [];
  }
  const dims = tensor.shape?.dim?.map((dim) => {
    return Object.hasOwn(dim, 'dimValue') ? Number(dim.dimValue) : dim.dimParam || '?';
  });
  return [{ name, type, ...((dims || tensor.shape) && { dims: dims ?? [] }) }];
}

function readNode(message: Draft<'Node'>, number: number, found: Diagnostic[]): Node {
  const standard = !message.domain || message.domain === 'ai.onnx';
  const op = standard ? (message.opType ?? '') : `${message.domain}.${message.opType ?? ''}`;
  const name = message.name || `${op}_${number}`;
  const attributes = new Map<string, Node['attributes'] extends ReadonlyMap<string, infer A> ? A : never>();
  for (const one of message.attribute ?? []) {
    const attribute = readAttribute(one, name);
    if (attribute.ok) attributes.set(one.name ?? '', attribute.value);
    found.push(...attribute.diagnostics);
  }
  return { name, op, attributes, inputs: message.input ?? [], outputs: message.output ?? [] };
}
