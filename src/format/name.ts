import { failure, success, type Result } from '../base/index.js';
import { blockNames, blocks, microscaling, vsQuant, type BlockFormat } from './block.js';
import { floats, fp, type Float } from './float.js';
import { fixed, int, ufixed, uint, type NumberFormat } from './format.js';
import { badFormat, unknownFormat } from './problems.js';

/** The widest fixed point that is read. */
const mostBits = 4096;

/** No name is longer; what is longer nests, and would be read for ever. */
const mostSigns = 200;

const families = ['int(8)', 'uint(8)', 'fixed(4, 12)', 'ufixed(4, 12)', 'fp(5, 10)'];

/** A format of single numbers by its name or description: `int(8)`, `fixed(4, 12)`, `bf16`, `fp(3, 4, finite)`. */
export function numberFormatOf(text: string): Result<NumberFormat> {
  const format = formatOf(text);
  if (!format.ok || format.value.kind !== 'block') return format as Result<NumberFormat>;
  const hint = `\`bitloom quantize\` converts arrays to it; for its elements, say ${format.value.elementName}`;
  return failure(badFormat(text, 'its numbers come in blocks', hint));
}

/** A number format or a block format: also `mxfp4`, `mx(int(8), 32)`, `nvfp4`, `vsq(int(4), 16, uint(4))`. */
export function formatOf(text: string): Result<NumberFormat | BlockFormat> {
  const plain = text.trim();
  if (Object.hasOwn(floats, plain)) return success(floats[plain]!);
  if (Object.hasOwn(blocks, plain)) return success(blocks[plain]!);
  if (plain === 'mxfp4_e2m1') return success(blocks['mxfp4']!);
  if (plain.length > mostSigns)
    return failure(badFormat(`${plain.slice(0, 20)}…`, 'it is too long', 'write int(8) or fp(5, 10)'));
  const call = /^(\w+)\s*\((.*)\)$/s.exec(plain);
  const family = call ? call[1]! : plain;
  const read = Object.hasOwn(readers, family) ? readers[family]! : undefined;
  if (!read) return failure(unknownFormat(plain, [...families, ...Object.keys(floats), ...blockNames()]));
  return read(plain, call ? splitArguments(call[2]!) : []);
}

type Reader = (text: string, given: readonly string[]) => Result<NumberFormat | BlockFormat>;

const readers: Readonly<Record<string, Reader>> = {
  int: (text, given) => integers(text, given, 1, 'write int(8)', ([width]) => int(width!)),
  uint: (text, given) => integers(text, given, 1, 'write uint(8)', ([width]) => uint(width!)),
  fixed: (text, given) => integers(text, given, 2, 'write fixed(4, 12)', ([i, f]) => fixed(i!, f!)),
  ufixed: (text, given) => integers(text, given, 2, 'write ufixed(4, 12)', ([i, f]) => ufixed(i!, f!)),
  fp: readFloat,
  mx: readMicroscaling,
  vsq: readVsQuant,
};

/** The arguments between two parentheses, apart at the commas that stand in no further ones. */
function splitArguments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth++;
    if (sign === ')') depth--;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}

function integers(
  text: string,
  given: readonly string[],
  count: number,
  hint: string,
  make: (numbers: readonly number[]) => NumberFormat,
): Result<NumberFormat> {
  const numbers = given.map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : NaN));
  if (numbers.length !== count || numbers.some(Number.isNaN))
    return failure(badFormat(text, `it takes ${count === 1 ? 'a number' : 'two numbers'} of bits`, hint));
  const width = numbers.reduce((sum, each) => sum + each, 0);
  if (width < 1 || width > mostBits)
    return failure(badFormat(text, `it has ${width} bits`, `1 to ${mostBits} can be had`));
  return success(make(numbers));
}

const variations: Readonly<Record<string, Partial<Float>>> = {
  ieee: { specials: 'ieee' },
  nan: { specials: 'nan' },
  finite: { specials: 'finite' },
  subnormal: { lowest: 'subnormal' },
  flushed: { lowest: 'flushed' },
  normal: { lowest: 'normal' },
  signed: { signed: true },
  unsigned: { signed: false },
};

function readFloat(text: string, given: readonly string[]): Result<NumberFormat> {
  const usage = `write fp(5, 10), with any of ${Object.keys(variations).join(', ')} after it`;
  const [exponent, mantissa] = given.slice(0, 2).map((part) => (/^\d{1,2}$/.test(part) ? Number(part) : NaN));
  const words = given.slice(2);
  if (!(exponent! >= 1 && exponent! <= 11 && mantissa! >= 0 && mantissa! <= 52))
    return failure(badFormat(text, 'it takes 1 to 11 exponent bits and 0 to 52 mantissa bits', usage));
  const strange = words.find((word) => !Object.hasOwn(variations, word));
  if (strange !== undefined) return failure(badFormat(text, `\`${strange}\` says nothing`, usage));
  const format = words.reduce<Float>(
    (made, word) => ({ ...made, ...variations[word] }),
    fp(exponent!, mantissa!),
  );
  const why = whyEmpty(format);
  return why === undefined ? success(format) : failure(badFormat(text, why, usage));
}

/** Why too few codes are left to be numbers. */
function whyEmpty({ exponent, mantissa, specials, lowest }: Float): string | undefined {
  if (specials === 'ieee' && mantissa === 0) return 'infinity and NaN need a mantissa to tell them apart';
  const onlyLowest = exponent === 1 && (specials === 'ieee' || (specials === 'nan' && mantissa === 0));
  if (onlyLowest && (lowest === 'flushed' || (lowest === 'subnormal' && mantissa === 0)))
    return 'it has no number but zero';
  return undefined;
}

function blockLength(text: string): number {
  return /^\d{1,7}$/.test(text) ? Number(text) : 0;
}

function readMicroscaling(text: string, given: readonly string[]): Result<BlockFormat> {
  const usage = 'write mx(fp4_e2m1, 32)';
  const element = numberFormatOf(given[0] ?? '');
  if (!element.ok) return failure(...element.diagnostics);
  const block = given.length === 1 ? 32 : blockLength(given[1] ?? '');
  if (given.length > 2 || block === 0)
    return failure(badFormat(text, 'it takes an element format and a block length', usage));
  return microscaling(element.value, block);
}

function readVsQuant(text: string, given: readonly string[]): Result<BlockFormat> {
  const usage = 'write vsq(int(4), 16, uint(4))';
  const [element, scale] = [numberFormatOf(given[0] ?? ''), numberFormatOf(given[2] ?? '')];
  const block = blockLength(given[1] ?? '');
  if (given.length !== 3 || block === 0 || !element.ok || !scale.ok)
    return failure(badFormat(text, 'it takes a value format, a vector length and a scale format', usage));
  return vsQuant(element.value, block, scale.value);
}
