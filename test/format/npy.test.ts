import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { readNpy, readNpyIntegers, writeNpy } from '../../src/format/index.js';

/** A file as NumPy writes it, with any header text and data. */
function file(header: string, data: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const padded = header.padEnd(Math.ceil((start + header.length + 1) / 64) * 64 - start - 1) + '\n';
  const length = [padded.length & 255, padded.length >> 8, 0, 0].slice(0, version === 1 ? 2 : 4);
  const text = new TextEncoder().encode(padded);
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    ...length,
    ...text,
    ...data,
  ]);
}

const header = (type: string, fortran: string, shape: string): string =>
  `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** The bytes 1.0, −2.5 and 3.0 of little-endian float32. */
const three = Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0, 0, 0, 0x40, 0x40);

describe('.npy files', () => {
  it('are read in versions 1, 2 and 3', () => {
    for (const version of [1, 2, 3]) {
      const array = readNpy('x.npy', file(header('<f4', 'False', '(3,)'), three, version));
      expect(array.ok && [array.value.shape, [...array.value.data]]).toEqual([[3], [1, -2.5, 3]]);
    }
  });

  it('are read from bytes that stand anywhere', () => {
    const bytes = file(header('<f4', 'False', '(3, 1)'), three);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    const array = readNpy('x.npy', moved.subarray(3));
    expect(array.ok && [...array.value.data]).toEqual([1, -2.5, 3]);
    const pooled = readNpy('x.npy', Buffer.from(bytes));
    expect(pooled.ok && [...pooled.value.data]).toEqual([1, -2.5, 3]);
  });

  it.each([
    [[], new Float64Array([3.25])],
    [[0], new Float32Array(0)],
    [[2, 3], new Float64Array([1, 2, 3, 4, 5, 1e-320])],
    [[1, 1, 4], new Float32Array([1, -0, NaN, Infinity])],
  ])('of shape %j are read as they were written', (shape, data) => {
    const bytes = writeNpy({ shape, data });
    const array = readNpy('x.npy', bytes);
    expect(array.ok && array.value).toEqual({ shape, data });
    expect((bytes.length - data.byteLength) % 64).toBe(0);
  });

  it('of codes state their type', () => {
    const text = (data: Uint8Array | Uint16Array | Uint32Array) =>
      new TextDecoder('latin1').decode(writeNpy({ shape: [data.length], data }));
    expect(text(new Uint8Array(2))).toContain("'descr': '|u1', 'fortran_order': False, 'shape': (2,)");
    expect(text(new Uint16Array(2))).toContain("'<u2'");
    expect(text(new Uint32Array(2))).toContain("'<u4'");
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another file', new TextEncoder().encode('PK\x03\x04 and so on')],
    ['no header', file(header('<f4', 'False', '(3,)'), three).slice(0, 40)],
    ['no data', file(header('<f4', 'False', '(3,)'), new Uint8Array(0))],
    ['data cut off', file(header('<f4', 'False', '(3,)'), three.slice(0, 11))],
    ['too much data', file(header('<f4', 'False', '(2,)'), three)],
    ['Fortran order', file(header('<f4', 'True', '(3,)'), three)],
    ['big-endian numbers', file(header('>f4', 'False', '(3,)'), three)],
    ['integers', file(header('<i4', 'False', '(3,)'), three)],
    ['Python objects', file(header('|O', 'False', '(3,)'), three)],
    ['records', file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", three)],
    ['a shape that overflows', file(header('<f4', 'False', '(999999999999999, 999999999999999)'), three)],
    ['a negative size', file(header('<f4', 'False', '(-3,)'), three)],
    ['a size that is no number', file(header('<f4', 'False', '(3, , 1)'), three)],
    ['a header without shape', file("{'descr': '<f4', 'fortran_order': False}", three)],
    ['code for a header', file("__import__('os').system('true')", three)],
    ['an unknown version', file(header('<f4', 'False', '(3,)'), three, 9)],
  ])('with %s are refused', (_, bytes) => {
    const array = readNpy('x.npy', bytes);
    expect(array.ok).toBe(false);
    expect(array.diagnostics[0]!.message).toContain('x.npy cannot be read as .npy: ');
  });

  it('with any byte wrong are read or refused', () => {
    const bytes = file(header('<f4', 'False', '(3,)'), three);
    const source = random(1);
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const damaged = bytes.slice(0, source.below(4) === 0 ? source.below(bytes.length) : bytes.length);
      if (damaged.length > 0) damaged[source.below(Math.min(damaged.length, 80))] = source.below(256);
      const array = readNpy('x.npy', damaged);
      if (!array.ok) refused++;
      else expect(array.value.data.length).toBe(array.value.shape.reduce((a, b) => a * b, 1));
    }
    expect(refused).toBeGreaterThan(1000);
  });

  it('of whole numbers are read in any type', () => {
    const bytes = new Uint8Array(new BigInt64Array([2n ** 62n, -3n]).buffer);
    const wide = readNpyIntegers('x.npy', file(header('<i8', 'False', '(2,)'), bytes));
    expect(wide.ok && [...wide.value.data]).toEqual([2n ** 62n, -3n]);
    const read = (type: string, ...data: number[]) => {
      const array = readNpyIntegers('x.npy', file(header(type, 'False', '(1,)'), Uint8Array.of(...data)));
      return array.ok ? [...array.value.data] : array.diagnostics[0]!.message;
    };
    expect(read('|i1', 0xfe)).toEqual([-2]);
    expect(read('|u1', 0xfe)).toEqual([254]);
    expect(read('|b1', 1)).toEqual([1]);
    expect(read('<i2', 0xfe, 0xff)).toEqual([-2]);
    expect(read('<u2', 0xfe, 0xff)).toEqual([65534]);
    expect(read('<i4', 0, 0, 0, 0x80)).toEqual([-(2 ** 31)]);
    expect(read('<f4', 0, 0, 0x20, 0xc0)).toContain('-2.5 in it is no integer');
    expect(read('<c8', 0, 0, 0, 0, 0, 0, 0, 0)).toContain('`<c8`');
    expect(readNpy('x.npy', file(header('|i1', 'False', '(1,)'), Uint8Array.of(1))).ok).toBe(false);
  });
});
