import { describe, expect, it } from 'vitest';
import {
  bitLength,
  clog2,
  cornered,
  fault,
  inOrder,
  maximum,
  minimum,
  nearest,
  ones,
  random,
  read,
  renderDiagnostic,
  signedWidth,
  suggest,
  wrap,
} from '../../src/base/index.js';

describe('words', () => {
  it.each([1, 2, 3, 8])('of %i bits are read and wrapped both ways', (width) => {
    for (let word = 0n; word <= ones(width); word++) {
      expect(wrap(read(word, width, true), width)).toBe(word);
      expect(read(word, width, false)).toBe(word);
    }
    expect(read(1n << BigInt(width - 1), width, true)).toBe(minimum(width, true));
    expect(minimum(width, true)).toBe(-(2n ** BigInt(width - 1)));
    expect(maximum(width, true)).toBe(2n ** BigInt(width - 1) - 1n);
    expect(maximum(width, false)).toBe(ones(width));
  });

  it('have the least width that holds a number', () => {
    for (let value = -300n; value <= 300n; value++) {
      const width = signedWidth(value);
      expect(value >= minimum(width, true) && value <= maximum(width, true)).toBe(true);
      if (width > 1)
        expect(value >= minimum(width - 1, true) && value <= maximum(width - 1, true)).toBe(false);
      if (value >= 0n) expect(value >> BigInt(bitLength(value))).toBe(0n);
      if (value > 0n) expect(value >> BigInt(bitLength(value) - 1)).toBe(1n);
    }
  });

  it('have a logarithm that is rounded up', () => {
    for (let n = 1; n <= 1000; n++) {
      expect(2 ** clog2(n)).toBeGreaterThanOrEqual(n);
      if (n > 1) expect(2 ** (clog2(n) - 1)).toBeLessThan(n);
    }
  });
});

describe('random', () => {
  it('is the same for the same seed', () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 5 },
        (
          (source) => () =>
            source.uint32()
        )(random(seed)),
      );
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(2 ** 40)).not.toEqual(draw(0));
  });

  it('is even', () => {
    const source = random(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[source.below(10)]!++;
    // Six deviations of a count of 10,000.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(570);
  });

  it('has normal samples of mean 0 and deviation 1', () => {
    const source = random(4);
    const samples = Array.from({ length: 100_000 }, () => source.normal());
    const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
    const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / samples.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('gives words within their width, and every corner', () => {
    const source = random(5);
    const seen = new Set<bigint>();
    for (let i = 0; i < 2000; i++) {
      const word = cornered(source, 40);
      expect(word >> 40n).toBe(0n);
      seen.add(word);
    }
    for (const corner of [0n, ones(40), 1n << 39n, ones(39), 1n, 2n]) expect(seen).toContain(corner);
    for (let i = 0; i < 200; i++) expect(cornered(source, 1) >> 1n).toBe(0n);
  });
});

describe('nearest', () => {
  it.each([
    ['dott', 'dot'],
    ['mpl', 'mlp'],
    ['requantize', 'requantise'],
    ['Relu', 'relu'],
  ])('of %s is %s', (name, near) => {
    expect(nearest(name, ['dot', 'mlp', 'requantise', 'relu', 'mac'])).toBe(near);
  });

  it('is nothing where nothing is near', () => {
    expect(nearest('convolution', ['dot', 'mac'])).toBeUndefined();
    expect(suggest('convolution', ['dot', 'mac'])).toBe('known: dot, mac');
  });
});

describe('diagnostics', () => {
  const place = { file: 'a.dp', line: 2, column: 5, length: 3 };

  it('are shown with their line, a caret and the hint', () => {
    const text = renderDiagnostic(fault('x', 'wrong', { place, hint: 'mend it' }), 'one\n\tab cde f\n');
    expect(text).toBe('a.dp:2:5: error: wrong\n    2 | \tab cde f\n      | \t   ^^^\n  hint: mend it');
  });

  it('stand on their own without a place or a source', () => {
    expect(
      renderDiagnostic(fault('x', 'wrong', { place: { ...place, line: 1 } }), '\u0008\u0003\ufffd\n'),
    ).toMatch(/error: wrong$/);
    expect(renderDiagnostic(fault('x', 'wrong'))).toBe('error: wrong');
    expect(renderDiagnostic(fault('x', 'wrong', { place }), 'one line only')).toBe('a.dp:2:5: error: wrong');
    expect(renderDiagnostic(fault('x', 'wrong', { place: { ...place, column: 50 } }), 'a\nb')).toContain('^');
  });

  it('come in the order of their places', () => {
    const at = (line: number, column: number) =>
      fault(`${line}:${column}`, '', { place: { ...place, line, column } });
    const sorted = inOrder([at(2, 1), at(1, 9), fault('none', ''), at(1, 2)]);
    expect(sorted.map((one) => one.code)).toEqual(['none', '1:2', '1:9', '2:1']);
  });
});
