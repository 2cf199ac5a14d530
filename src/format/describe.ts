import { blocks, type BlockFormat } from './block.js';
import { floats } from './float.js';
import { formatName, formatWidth, type NumberFormat } from './format.js';
import { greatestNumber, leastNormal, leastNumber, leastPositive } from './limits.js';
import { defaultPolicy } from './scale.js';

/** A format of single numbers as plain data. Numbers are the nearest float64, which is exact for all formats within it. */
export function describeFormat(format: NumberFormat) {
  const float = format.kind === 'float' ? format : undefined;
  return {
    name: formatName(format),
    bits: formatWidth(format),
    signed: format.signed,
    exponentBits: float?.exponent ?? null,
    mantissaBits: float?.mantissa ?? null,
    fractionBits: format.kind === 'fixed' ? format.fraction : null,
    bias: float?.bias ?? null,
    greatest: greatestNumber(format),
    least: leastNumber(format),
    leastNormal: leastNormal(format) ?? null,
    leastPositive: leastPositive(format),
    subnormals: float?.lowest === 'subnormal' && float.mantissa > 0,
    infinities: float?.specials === 'ieee',
    nan: float !== undefined && float.specials !== 'finite',
    zero: float?.lowest !== 'normal',
  };
}

/** The floating-point formats that have a name. */
export const namedFormats: readonly NumberFormat[] = Object.values(floats);

/** A block format as plain data. */
export function describeBlock(format: BlockFormat) {
  return {
    name: format.name,
    block: format.block,
    element: format.elementName,
    scale: formatName(format.scale),
    tensorScale: format.tensorScale ? 'fp32' : null,
    bitsPerElement: formatWidth(format.element) + format.scaleBits / format.block,
    policy: defaultPolicy(format),
  };
}

/** The block formats that have a name. */
export const namedBlocks: readonly BlockFormat[] = [...new Set(Object.values(blocks))];

/** How formats are written that have no name of their own. */
export const families: readonly { readonly form: string; readonly about: string }[] = [
  { form: 'int(8)', about: 'two’s complement integers of 8 bits' },
  { form: 'uint(8)', about: 'unsigned integers of 8 bits' },
  { form: 'fixed(4, 12)', about: '4 bits before the point, the sign among them, and 12 after it' },
  { form: 'ufixed(4, 12)', about: 'the same without sign' },
  { form: 'fp(5, 10)', about: '5 exponent and 10 mantissa bits, subnormals, infinities and NaNs' },
  { form: 'fp(4, 3, nan)', about: 'one NaN for each sign, no infinities; `finite`: neither' },
  { form: 'fp(5, 10, flushed)', about: 'no subnormals' },
  { form: 'fp(4, 3, unsigned)', about: 'no sign' },
  { form: 'mx(fp4_e2m1, 32)', about: 'blocks of 32 with a power-of-two scale each (e8m0)' },
  {
    form: 'vsq(int(4), 16, uint(4))',
    about: 'vectors of 16 with an integer scale each, and a float32 scale',
  },
];
