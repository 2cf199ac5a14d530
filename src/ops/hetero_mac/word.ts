import { clog2 } from '../../base/index.js';
import type { Datapath } from '../../builder/index.js';
import type { Id } from '../../ir/index.js';
import type { Step } from './program.js';
import { planeBits, type HeteroUnit } from './unit.js';

/** The fields of a word of the program, as words of the circuit. */
export interface Fields {
  /** Lane by lane, 1 where the weight is +1. */
  readonly sign: Id;
  /** Lane by lane, 1 where the weight has the plane. */
  readonly mask: Id;
  /** How much the weights alone move the sum of matching bits: see `beatSum`. */
  readonly count: Id;
  readonly plane: Id;
  readonly chunkEnd: Id;
  readonly sumEnd: Id;
}

/** How many bits the fields have, in the order in which they stand in a word, the lowest first. */
function widthsOf({ lanes, planes }: HeteroUnit): readonly [keyof Fields, number][] {
  return [
    ['sign', lanes],
    ['mask', lanes],
    ['count', clog2(lanes + 1)],
    ['plane', planeBits(planes)],
    ['chunkEnd', 1],
    ['sumEnd', 1],
  ];
}

/** The bits of a word of the program. */
export function wordWidth(unit: HeteroUnit): number {
  return widthsOf(unit).reduce((sum, [, width]) => sum + width, 0);
}

/** The word of a step whose weights are constants. */
export function wordOf(unit: HeteroUnit, step: Step): bigint {
  const bits = (of: (sign: number) => boolean): bigint =>
    step.signs.reduce((word, sign, lane) => word | (BigInt(of(sign)) << BigInt(lane)), 0n);
  const counted = step.signs.filter((sign) => (unit.activation.bipolar ? sign !== 0 : sign < 0)).length;
  const values: Record<keyof Fields, bigint> = {
    sign: bits((sign) => sign > 0),
    mask: bits((sign) => sign !== 0),
    count: BigInt(counted),
    plane: BigInt(step.plane),
    chunkEnd: BigInt(step.chunkEnd),
    sumEnd: BigInt(step.sumEnd),
  };
  let [word, low] = [0n, 0];
  for (const [field, width] of widthsOf(unit)) {
    word |= values[field] << BigInt(low);
    low += width;
  }
  return word;
}

/** The fields side by side, as the memory holds them. */
export function joinFields({ draft }: Datapath, unit: HeteroUnit, fields: Fields): Id {
  return draft.concat(widthsOf(unit).map(([field]) => fields[field]));
}

/** A word of the memory taken apart. */
export function splitFields({ draft }: Datapath, unit: HeteroUnit, word: Id): Fields {
  let low = 0;
  const fields = widthsOf(unit).map(([field, width]) => {
    const id = draft.slice(word, low, width);
    draft.hint(
      id,
      field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );
    low += width;
    return [field, id] as const;
  });
  return Object.fromEntries(fields) as unknown as Fields;
}
