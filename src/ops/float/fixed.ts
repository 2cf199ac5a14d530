import { scalar, type Context, type Scalar, type Value } from '../../builder/index.js';
import { bool, uint, type Float } from '../../format/index.js';
import { roundToFloat, type Rounded, type RoundRules } from './round.js';

export interface FixedScale {
  /** The value is that of the word times 2^this; 0 if not given. */
  readonly offset?: number;
  /** And times 2^this, an integer of any format. */
  readonly exponent?: Scalar;
  /** The sign of zero; positive by default. */
  readonly zeroSign?: Scalar;
  readonly infinite?: Scalar;
  /** The sign of an infinity; needed with `infinite`. */
  readonly infiniteSign?: Scalar;
  readonly nan?: Scalar;
  readonly random?: Scalar;
}

/**
 * A fixed-point number, as an accumulator holds it, rounded once to a floating-point format: the number times
 * 2^(offset + exponent).
 */
export function fixedToFloat(
  context: Context,
  value: Value,
  format: Float,
  rules: RoundRules,
  scale: FixedScale = {},
): Rounded {
  if (value.kind !== 'scalar' || value.type.kind !== 'fixed') throw new Error('not a fixed-point word');
  const { draft } = context;
  const { signed, width, fraction } = value.type;
  const negative = signed ? draft.slice(value.id, width - 1, 1) : draft.constant(0n, 1);
  const magnitude = signed ? absolute(context, value.id, negative, width) : value.id;
  const { offset = 0, exponent, infiniteSign, ...rest } = scale;
  const sign =
    infiniteSign && rest.infinite ? draft.mux(rest.infinite.id, infiniteSign.id, negative) : negative;
  return roundToFloat(
    context,
    {
      zeroSign: scalar(bool, draft.constant(0n, 1)),
      ...rest,
      sign: scalar(bool, sign),
      exponent: exponent ?? scalar(uint(1), draft.constant(0n, 1)),
      offset: offset - fraction,
      significand: scalar(uint(width), magnitude),
    },
    format,
    rules,
  );
}

function absolute({ draft }: Context, word: number, negative: number, width: number): number {
  const opposite = draft.binary('sub', draft.constant(0n, width), word);
  const magnitude = draft.mux(negative, opposite, word);
  draft.hint(magnitude, 'magnitude');
  return magnitude;
}
