import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { findSteps, movesCodes, type Affine, type Step } from './affine.js';
import { assignCodes } from './assign.js';
import { quantiseBlocks, type BlockLayer, type BlockOptions } from './blocks.js';
import type { Observations } from './calibrate.js';
import type { Coding } from './coding.js';
import { quantiseSum, type QuantisedSum } from './integersum.js';
import type { Node } from './network.js';
import type { Prepared } from './prepare.js';
import { noLayers, statesNoCodes } from './problems.js';
import { int8, wrongOptions, type OptionsOf, type QuantiseOptions } from './quantise-options.js';
import { quantiseLayer, type QuantisedLayer } from './quantised-layer.js';
import { statedCodes } from './stated/index.js';

export type QuantisedStep =
  | { readonly kind: 'layer'; readonly layer: QuantisedLayer }
  | { readonly kind: 'blocks'; readonly layer: BlockLayer }
  | { readonly kind: 'sum'; readonly sum: QuantisedSum }
  /** brings a value into the codes that the network states, if it is not in them, or back to numbers */
  | { readonly kind: 'quantiser'; readonly node: Node; readonly coding: Coding }
  /** in codes: only moves elements about, which does not need them as numbers; `why` a layer runs in float */
  | { readonly kind: 'node'; readonly node: Node; readonly inCodes: boolean; readonly why?: string };

/** A network whose layers of inner products are in integers; other operators stay in float. */
export interface QuantisedNetwork {
  readonly prepared: Prepared;
  readonly steps: readonly QuantisedStep[];
}

/**
 * Quantises a network after training: codes rounded to nearest even and saturated; scales of values from what was seen
 * of them, weight scales from the largest weight. Where the network states codes, it keeps them, and a warning says which layer
 * cannot. docs/networks.md has the arithmetic.
 */
export function quantise(
  prepared: Prepared,
  seen: Observations,
  options: QuantiseOptions | BlockOptions | OptionsOf = int8,
): Result<QuantisedNetwork> {
  const wishOf = typeof options === 'function' ? options : () => options;
  const steps = findSteps(prepared);
  const found = optionFaults(steps, wishOf);
  if (found.length > 0) return failure(...found);
  const stated = statedCodes(prepared, steps, wishOf);
  const optionsOf = (affine: Affine): ReturnType<OptionsOf> => withoutZeros(affine, stated.optionsOf(affine));
  const codes = assignCodes(prepared, steps, seen, optionsOf, stated.values.codings, found);
  if (found.length > 0) return failure(...found);
  const quantised = steps.flatMap((step): QuantisedStep[] => {
    if (step.kind === 'node') {
      const { node } = step;
      const coding = stated.values.quantisers.get(node);
      if (coding) return [{ kind: 'quantiser', node, coding }];
      return [{ kind: 'node', node, inCodes: movesCodes(node) && codes.of(node.inputs[0]!) !== undefined }];
    }
    if (step.kind === 'sum') {
      const sum = quantiseSum(step.sum, codes, found);
      return sum ? [{ kind: 'sum', sum }] : step.sum.nodes.map(inFloat);
    }
    const own = optionsOf(step.affine);
    const why = stated.reasons.get(step.affine) ?? (wishOf(step.affine) && pairNeedsSigns);
    if (!own)
      return step.affine.nodes.map((node) => ({ ...inFloat(node), ...(why !== undefined && { why }) }));
    if (!('kind' in own)) {
      const layer = stated.layers.get(step.affine) ?? stated.weights.get(step.affine);
      return [{ kind: 'layer', layer: quantiseLayer(step.affine, codes, own, layer, seen, found) }];
    }
    const made = quantiseBlocks(step.affine, own, seen.get(codes.origin(step.affine.input))!);
    if (!made.ok) found.push(...made.diagnostics);
    return made.ok ? [{ kind: 'blocks', layer: made.value }] : [];
  });
  if (found.length === 0 && !quantised.some(({ kind }) => kind === 'layer' || kind === 'blocks'))
    found.push(noLayers());
  const left = [...stated.reasons].flatMap(([affine, why]) =>
    optionsOf(affine) ? [] : [statesNoCodes(affine.name, why)],
  );
  return found.length > 0 ? failure(...found, ...left) : success({ prepared, steps: quantised }, left);
}

const pairNeedsSigns = 'a product of two values needs a port for signed activations';

/** Products of two values have codes without zero points, as what these add depends on the data: none where the port is unsigned. */
function withoutZeros({ right }: Affine, own: ReturnType<OptionsOf>): ReturnType<OptionsOf> {
  if (right === undefined || !own || 'kind' in own || own.activations === 'symmetric') return own;
  return own.activations === 'asymmetric' ? { ...own, activations: 'symmetric' } : undefined;
}

function inFloat(node: Node): QuantisedStep & { readonly kind: 'node' } {
  return { kind: 'node', node, inCodes: false };
}

function optionFaults(steps: readonly Step[], optionsOf: OptionsOf): Diagnostic[] {
  const all = steps.flatMap((step) => (step.kind === 'affine' ? [optionsOf(step.affine)] : []));
  return [...new Set(all)].flatMap((options) =>
    options && !('kind' in options) ? wrongOptions(options) : [],
  );
}
