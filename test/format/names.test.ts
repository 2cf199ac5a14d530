import { describe, expect, it } from 'vitest';
import {
  describeFormat,
  floats,
  formatName,
  formatOf,
  greatestNumber,
  leastNumber,
  leastPositive,
  namedBlocks,
  numberFormatOf,
  withBlock,
} from '../../src/format/index.js';
import { smallFormats } from './small.js';

function read(text: string) {
  const format = formatOf(text);
  if (!format.ok) throw new Error(format.diagnostics[0]!.message);
  return format.value;
}

describe('names of formats', () => {
  it('are read back as the same format', () => {
    for (const format of smallFormats) expect(read(formatName(format))).toEqual(format);
    for (const block of namedBlocks) expect(read(block.name)).toBe(block);
    expect(formatName(read('fp(5,10)') as never)).toBe('fp16');
    expect(formatName(read('fp( 4 , 3, nan )') as never)).toBe('fp8_e4m3');
    expect(read('mxfp4_e2m1')).toBe(read('mxfp4'));
    expect(read('mx(fp(3, 4, finite), 16)')).toMatchObject({ block: 16, elementName: 'fp(3, 4, finite)' });
  });

  it.each([
    '',
    'int',
    'int()',
    'int(0)',
    'int(8, 8)',
    'int(-1)',
    'int(99999)',
    'fixed(0, 0)',
    'fp(12, 3)',
    'fp(5, 53)',
  ])('`%s` is refused', (text) => expect(formatOf(text).ok).toBe(false));

  it.each([
    'fp(5, 0)',
    'fp(5, 10, what)',
    'fp(1, 3, flushed)',
    'fp8_e4m4',
    'toString',
    '__proto__',
    'mx(e8m0)',
    'mx(int(33))',
    'mx(int(1))',
    'mx(mx(int(8)))',
    'mx(int(8), 0)',
    'vsq(int(4), 16)',
    'vsq(fp16, 16, uint(4))',
    'vsq(int(4), 16, int(4))',
    'vsq(int(4), 16, uint(25))',
    'int(8',
    `${'mx('.repeat(40_000)}`,
  ])('`%s` is refused', (text) => {
    const format = formatOf(text);
    expect(format.ok).toBe(false);
    expect(format.diagnostics[0]!.message.length).toBeLessThan(400);
  });

  it('of blocks are no names of single numbers', () => {
    expect(numberFormatOf('nvfp4').ok).toBe(false);
    expect(numberFormatOf('fp4_e2m1').ok).toBe(true);
  });

  it('near ones are suggested', () => {
    expect(formatOf('fp8_e4m').diagnostics[0]!.hint).toContain('fp8_e4m3');
  });

  it('blocks of another length are other formats', () => {
    const longer = withBlock(read('mxfp4'), 64);
    expect(longer.ok && longer.value.name).toBe('mx(fp4_e2m1, 64)');
    const plain = withBlock(read('int(6)'), 8);
    expect(plain.ok && plain.value.scale).toEqual(floats['e8m0']);
    expect(withBlock(read('nvfp4'), 2 ** 30).ok).toBe(false);
  });
});

/** Greatest, least normal and least positive number, as their definitions state them. */
describe('ranges of formats', () => {
  it.each([
    ['fp32', 3.4028234663852886e38, 1.1754943508222875e-38, 2 ** -149],
    ['fp16', 65504, 2 ** -14, 2 ** -24],
    ['bf16', 3.3895313892515355e38, 2 ** -126, 2 ** -133],
    ['fp8_e4m3', 448, 2 ** -6, 2 ** -9],
    ['fp8_e5m2', 57344, 2 ** -14, 2 ** -16],
    ['fp6_e2m3', 7.5, 1, 0.125],
    ['fp6_e3m2', 28, 0.25, 0.0625],
    ['fp4_e2m1', 6, 1, 0.5],
    ['e8m0', 2 ** 127, 2 ** -127, 2 ** -127],
    ['ue4m3', 448, 2 ** -6, 2 ** -9],
  ])('%s', (name, greatest, normal, positive) => {
    const format = floats[name]!;
    const found = describeFormat(format);
    expect([found.greatest, found.leastNormal, found.leastPositive]).toEqual([greatest, normal, positive]);
    expect(greatestNumber(format)).toBe(greatest);
    expect(leastPositive(format)).toBe(positive);
  });

  it('least positive numbers without subnormals', () => {
    expect(leastPositive(read('fp(4, 3, flushed)') as never)).toBe(2 ** -6);
    expect(leastPositive(read('fixed(4, 12)') as never)).toBe(2 ** -12);
  });

  it('least numbers', () => {
    const least = (text: string): number => leastNumber(read(text) as never);
    expect([least('int(8)'), least('uint(8)'), least('fixed(2, 6)')]).toEqual([-128, 0, -2]);
    expect([least('fp4_e2m1'), least('ue4m3'), least('e8m0')]).toEqual([-6, 0, 2 ** -127]);
  });
});
