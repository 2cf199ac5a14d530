import { failure, success, wholeFile, type Diagnostic, type Result } from '../base/index.js';
import { findConstants } from './constants.js';
import { inputDims, runningType } from './infer.js';
import { inOrderOfUse, knownOperators } from './graph.js';
import type { Network, Node } from './network.js';
import type { Value } from './operators/operator.js';
import { noOutput, openShape } from './problems.js';
import type { Tensor } from './tensor.js';

export { inferShapes, inputDims, mostElements, operatorOf } from './infer.js';

/** A network that has been checked and can be run on any number of images. */
export interface Prepared {
  readonly network: Network;
  /** initialisers, and what nodes only make of these and of shapes: reals as float32 */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** the nodes that are left to run, in order */
  readonly nodes: readonly Node[];
  /** constants that are another one's elements times a factor for each entry of the first dimension */
  readonly folded?: ReadonlyMap<string, { readonly from: string; readonly factors: Float64Array }>;
}

/**
 * Checks a network and finds what in it is constant. Unsupported operators and attributes, dimensions that do not
 * agree and inputs of unknown size are faults. Dimensions are checked for as many images as the file states, or for
 * one. Nodes whose results nobody reads are left out.
 */
export function prepare(given: Network): Result<Prepared> {
  const result = prepared(given);
  if (given.file === undefined) return result;
  const place = wholeFile(given.file);
  return { ...result, diagnostics: result.diagnostics.map((one) => ({ place, ...one })) };
}

function prepared(given: Network): Result<Prepared> {
  if (given.outputs.length === 0) return failure(noOutput());
  const unknown = knownOperators(given);
  if (unknown.length > 0) return failure(...unknown);
  const ordered = inOrderOfUse(given);
  if (!ordered.ok) return ordered;
  const network = ordered.value;
  const found: Diagnostic[] = [];
  const shapes = (images: (stated: number) => number, faults: Diagnostic[]): Map<string, Value> =>
    inputShapes(network, images, faults);
  const settled = findConstants(
    network,
    shapes((stated) => stated, found),
    shapes((stated) => stated * otherImages, []),
    found,
  );
  return found.length > 0 ? failure(...found) : success({ network, ...settled });
}

/** What follows from shapes alone is constant if it is the same for this many times as many images. */
const otherImages = 5040;

function inputShapes(
  network: Network,
  images: (stated: number) => number,
  found: Diagnostic[],
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const input of network.inputs) {
    const stated = input.dims?.[0];
    const dims = inputDims(input, images(typeof stated === 'number' ? stated : 1));
    if (typeof dims === 'string') found.push(openShape(input.name, dims));
    else values.set(input.name, { type: runningType(input.type), dims });
  }
  return values;
}
