import { failure, success, type Result } from '../base/index.js';
import { floats, type Float } from './float.js';
import { fixed, formatName, formatWidth, type Fixed, type NumberFormat } from './format.js';
import { greatestNumber } from './limits.js';
import { numberBits } from './number.js';
import { badBlock, badFormat, tooWide } from './problems.js';

/**
 * Numbers in blocks that share a scale: value = element · block scale · tensor scale. Block scales are codes of an
 * unsigned format; a tensor scale, where there is one, is a float32 for the whole array or for each of its channels.
 */
export interface BlockFormat {
  readonly kind: 'block';
  readonly name: string;
  readonly elementName: string;
  readonly element: NumberFormat;
  /** Elements to a block, along the last dimension. */
  readonly block: number;
  readonly scale: Float | Fixed;
  /** How many bits a block scale takes up. */
  readonly scaleBits: number;
  readonly tensorScale: boolean;
}

const most = 1 << 20;

/** OCP Microscaling 1.0: an E8M0 scale for a block. Signed fixed-point elements do not use their least number. */
export function microscaling(element: NumberFormat, block = 32, name?: string): Result<BlockFormat> {
  const format = blockOf(element, block, floats['e8m0']!, false);
  return checked({ ...format, name: name ?? `mx(${format.elementName}, ${block})` });
}

/** NVFP4: blocks of 16 fp4_e2m1, a ue4m3 scale for each, a float32 scale for the tensor. */
export function nvfp4(block = 16): BlockFormat {
  const name = block === 16 ? 'nvfp4' : `nvfp4, blocks of ${block}`;
  return { ...blockOf(floats['fp4_e2m1']!, block, floats['ue4m3']!, true), name };
}

/**
 * Two-level scaling of vectors (Dai et al., "VS-Quant", MLSys 2021): integers of N bits in vectors of V, an unsigned
 * integer scale of M bits for each vector, a float32 scale for the array or for each channel.
 */
export function vsQuant(element: NumberFormat, vector: number, scale: NumberFormat): Result<BlockFormat> {
  const elements = formatName(element);
  const name = `vsq(${elements}, ${vector}, ${formatName(scale)})`;
  const hint = 'write vsq(int(4), 16, uint(4))';
  if (element.kind !== 'fixed' || element.fraction > 0 || scale.kind !== 'fixed' || scale.fraction > 0)
    return failure(badFormat(name, 'values and scales are integers', hint));
  if (scale.signed || scale.width > 24)
    return failure(badFormat(name, 'scales are unsigned integers of at most 24 bits', hint));
  return checked({ ...blockOf(element, vector, scale, true), name });
}

function blockOf(
  element: NumberFormat,
  block: number,
  scale: Float | Fixed,
  tensorScale: boolean,
): Omit<BlockFormat, 'name'> {
  // E4M3 without its sign is stored in a byte all the same.
  const scaleBits = scale.kind === 'float' ? 8 : scale.width;
  return { kind: 'block', elementName: formatName(element), element, block, scale, scaleBits, tensorScale };
}

function checked(format: BlockFormat): Result<BlockFormat> {
  const { element, block, name } = format;
  if (!Number.isInteger(block) || block < 1 || block > most) return failure(badBlock(block));
  const width = formatWidth(element);
  if (width > numberBits) return failure(tooWide(format.elementName, width, numberBits));
  if (greatestNumber(element) === 0)
    return failure(badFormat(name, 'its elements have no positive number', 'give them another bit'));
  if (element.kind === 'float' && element.lowest === 'normal')
    return failure(badFormat(name, 'its elements have no zero', 'only block scales are of that format'));
  return success(format);
}

/** The format with blocks of another length; a format of single numbers gets E8M0 scales for its blocks. */
export function withBlock(format: NumberFormat | BlockFormat, block: number): Result<BlockFormat> {
  if (format.kind !== 'block') return microscaling(format, block);
  if (format.block === block) return success(format);
  if (format.scale.kind === 'fixed') return vsQuant(format.element, block, format.scale);
  return format.tensorScale ? checked(nvfp4(block)) : microscaling(format.element, block);
}

function named(name: string, element: NumberFormat): BlockFormat {
  const made = microscaling(element, 32, name);
  if (!made.ok) throw new Error(name);
  return made.value;
}

/** The block formats that have a name. MXINT8 is two's complement with six fraction bits. */
export const blocks: Readonly<Record<string, BlockFormat>> = {
  mxfp8_e4m3: named('mxfp8_e4m3', floats['fp8_e4m3']!),
  mxfp8_e5m2: named('mxfp8_e5m2', floats['fp8_e5m2']!),
  mxfp6_e2m3: named('mxfp6_e2m3', floats['fp6_e2m3']!),
  mxfp6_e3m2: named('mxfp6_e3m2', floats['fp6_e3m2']!),
  mxfp4: named('mxfp4', floats['fp4_e2m1']!),
  mxint8: named('mxint8', fixed(2, 6)),
  nvfp4: nvfp4(),
};

export function blockNames(): string[] {
  return [...Object.keys(blocks), 'mx(fp4_e2m1, 32)', 'vsq(int(4), 16, uint(4))'];
}
