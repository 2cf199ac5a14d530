import type { Diagnostic } from '../base/index.js';
import type { Affine } from './affine.js';
import type { BlockOptions } from './blocks.js';
import type { Calibration } from './clipping.js';
import { codeBits } from './codes.js';
import type { CodingStyle } from './coding.js';
import { bitsRange, percentileRange } from './problems.js';
import type { LayerPorts } from './stated/index.js';

/** How a layer of inner products becomes integers. */
export interface QuantiseOptions {
  /** widths of the codes, 2 … 16 */
  readonly weightBits: number;
  readonly activationBits: number;
  /** one weight scale for each output, or one for the layer */
  readonly weightScales: 'channel' | 'tensor';
  /** how the range of an activation is laid onto its codes; weights are symmetric */
  readonly activations: CodingStyle;
  /** width of the integer multipliers between layers, 8 … 31 */
  readonly multiplierBits: number;
  /** how the range of an activation is chosen from what calibration saw */
  readonly calibration: Calibration;
  /** of the datapath; 17 bits, signed, where it is left out */
  readonly ports?: LayerPorts;
  /** as `multiplierBits`, for layers that keep codes of the network's own: 31 where it is left out */
  readonly statedMultiplierBits?: number;
  /** in networks that state codes, what becomes of layers that cannot have them: calibrated, or left in float */
  readonly unstated?: 'calibrated' | 'float';
}

export const int8: QuantiseOptions = {
  weightBits: 8,
  activationBits: 8,
  weightScales: 'channel',
  activations: 'symmetric',
  multiplierBits: 16,
  calibration: { method: 'max' },
};

/** How each layer is quantised, by its name; undefined for one that stays in float. */
export type OptionsOf = (layer: Pick<Affine, 'name' | 'kind'>) => QuantiseOptions | BlockOptions | undefined;

/** What of a layer's options is out of range. */
export function wrongOptions(options: QuantiseOptions): Diagnostic[] {
  const { weightBits, activationBits, multiplierBits, calibration } = options;
  const within = (name: string, bits: number, least: number, most: number): Diagnostic[] =>
    Number.isInteger(bits) && bits >= least && bits <= most ? [] : [bitsRange(name, bits, least, most)];
  const percent = calibration.method === 'percentile' ? calibration.percent : 100;
  return [
    ...within('weights', weightBits, codeBits.least, codeBits.most),
    ...within('activations', activationBits, codeBits.least, codeBits.most),
    ...within('multipliers', multiplierBits, 8, 31),
    ...(percent > 0 && percent <= 100 ? [] : [percentileRange(percent)]),
  ];
}
