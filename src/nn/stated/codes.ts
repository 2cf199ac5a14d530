import type { Affine, Step } from '../affine.js';
import type { Prepared } from '../prepare.js';
import type { OptionsOf } from '../quantise-options.js';
import { statedLayers, type LayerPorts, type StatedLayer, type StatedWeights } from './layers.js';
import { statedValues, type StatedValues } from './values.js';

/** What a network that was quantised elsewhere says of its own codes, and what follows for its layers. */
export interface StatedCodes {
  readonly values: StatedValues;
  readonly layers: ReadonlyMap<Affine, StatedLayer>;
  /** of layers that are not among `layers` */
  readonly weights: ReadonlyMap<Affine, StatedWeights>;
  /** why a layer on a datapath of integers does not have codes of the network's own; none where no value has */
  readonly reasons: ReadonlyMap<Affine, string>;
  /** the options without those layers that are left in float for that */
  readonly optionsOf: (affine: Affine) => ReturnType<OptionsOf>;
}

/** So that requantisation rounds as the scales themselves do, but for one in millions. */
const statedMultiplierBits = 31;

/** As wide as the codes of an engine of plain arithmetic. */
const widest = { kind: 'fixed', signed: true, width: 17, fraction: 0 } as const;

/** The codes that a network states, as far as its layers can have them on their datapaths. */
export function statedCodes(prepared: Prepared, steps: readonly Step[], wishOf: OptionsOf): StatedCodes {
  const values = statedValues(prepared);
  const all = statedLayers(prepared, steps, values, (affine) => portsOf(wishOf(affine)));
  const any = values.quantisers.size > 0 || values.reasons.size > 0;
  const layers = new Map<Affine, StatedLayer>();
  const weights = new Map<Affine, StatedWeights>();
  const reasons = new Map<Affine, string>();
  for (const [affine, own] of all) {
    if ('coding' in own) {
      layers.set(affine, own);
      continue;
    }
    if (own.weights) weights.set(affine, own.weights);
    if (any) reasons.set(affine, own.why);
  }
  const optionsOf: StatedCodes['optionsOf'] = (affine) => {
    const wish = wishOf(affine);
    if (!wish || 'kind' in wish) return wish;
    if (reasons.has(affine) && wish.unstated === 'float') return undefined;
    const { statedMultiplierBits: bits = statedMultiplierBits } = wish;
    return layers.has(affine) ? { ...wish, multiplierBits: bits } : wish;
  };
  return { values, layers, weights, reasons, optionsOf };
}

function portsOf(wish: ReturnType<OptionsOf>): LayerPorts | undefined {
  if (!wish || 'kind' in wish) return undefined;
  return wish.ports ?? { activations: widest, weights: widest };
}
