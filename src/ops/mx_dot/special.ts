import type { Draft, Id } from '../../ir/index.js';
import type { Decoded } from '../float/index.js';
import type { Element } from './element.js';

/** What a product is where it is no number; all of it as IEEE 754 says: infinity times zero is NaN. */
export interface Special {
  readonly above: Id | undefined;
  readonly below: Id | undefined;
  readonly nan: Id | undefined;
}

export function specialOf(draft: Draft, x: Element, y: Element): Special {
  const either = any(draft, [x.infinite, y.infinite]);
  const lost = [
    x.infinite === undefined ? undefined : draft.binary('and', x.infinite, y.zero),
    y.infinite === undefined ? undefined : draft.binary('and', y.infinite, x.zero),
  ];
  const nan = any(draft, [x.nan, y.nan, ...lost]);
  if (either === undefined) return { above: undefined, below: undefined, nan };
  const negative = draft.binary('xor', x.negative, y.negative);
  const below = draft.binary('and', either, negative);
  return { above: draft.binary('and', either, draft.not(negative)), below, nan };
}

export function nanOf({ format, nan }: Decoded): Id | undefined {
  return format.specials === 'finite' ? undefined : nan.id;
}

/** What a block's sum is where it is no number. */
export interface BlockSpecial {
  readonly infinite: Id;
  /** The sign of an infinity. */
  readonly negative: Id;
  readonly nan: Id;
}

/** The same of the whole block: infinities of both signs, or one times a scale of zero, are NaN. */
export function combined(
  draft: Draft,
  lanes: readonly Special[],
  scaleNans: readonly (Id | undefined)[],
  zeroScale: Id,
): BlockSpecial {
  const no = draft.constant(0n, 1);
  const nans = [...lanes.map((lane) => lane.nan), ...scaleNans];
  const above = any(
    draft,
    lanes.map((lane) => lane.above),
  );
  const below = any(
    draft,
    lanes.map((lane) => lane.below),
  );
  if (above === undefined || below === undefined)
    return { infinite: no, negative: no, nan: any(draft, nans) ?? no };
  const infinite = draft.binary('or', above, below);
  const clash = draft.binary('and', above, below);
  const vanished = draft.binary('and', infinite, zeroScale);
  return { infinite, negative: below, nan: any(draft, [...nans, clash, vanished])! };
}

/** Whether any of the bits there are is 1; undefined where there are none. */
export function any(draft: Draft, bits: readonly (Id | undefined)[]): Id | undefined {
  const present = bits.filter((bit) => bit !== undefined);
  return present.length === 0 ? undefined : draft.reduce('or', draft.concat(present));
}
