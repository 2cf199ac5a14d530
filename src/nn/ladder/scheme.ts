/**
 * How weights become the codes that a memory stores: the steps of the quantiser ladder of Stutz et al., "Bit Error
 * Robustness for Energy-Efficient DNN Accelerators", MLSys 2021.
 */
export interface LadderScheme {
  /** whose least and greatest weight are the ends of the codes: all tensors' together, or each tensor's own */
  readonly range: 'network' | 'tensor';
  /** the ends are ±the greatest magnitude and not least and greatest */
  readonly symmetric: boolean;
  /** codes count from 2^(bits−1) as their middle; otherwise they are two's complement */
  readonly unsigned: boolean;
  /** to nearest with ties to even, or towards zero */
  readonly rounding: 'nearest_even' | 'truncate';
}

/** The ladder from bottom to top; every step changes one thing. */
export const ladder = {
  normal: { range: 'network', symmetric: true, unsigned: false, rounding: 'truncate' },
  layer: { range: 'tensor', symmetric: true, unsigned: false, rounding: 'truncate' },
  asymmetric: { range: 'tensor', symmetric: false, unsigned: false, rounding: 'truncate' },
  unsigned: { range: 'tensor', symmetric: false, unsigned: true, rounding: 'truncate' },
  rquant: { range: 'tensor', symmetric: false, unsigned: true, rounding: 'nearest_even' },
} as const satisfies Record<string, LadderScheme>;

export type LadderName = keyof typeof ladder;

export const ladderNames = Object.keys(ladder) as readonly LadderName[];

/** The fewest and most bits of a code. */
export const ladderBits = { least: 2, most: 16 } as const;
