import { describe, expect, it } from 'vitest';
import { parseExpression, truthTable } from '../../src/synth/boolean.js';

const bits = (text: string, pins: readonly string[]): string =>
  truthTable(parseExpression(text)!, pins).map(Number).join('');

describe('functions of cells', () => {
  it.each([
    ['A*B', '0001'],
    ['A B', '0001'],
    ['A&!B', '0100'],
    ["(A B)'", '1110'],
    ["A'B", '0010'],
    ['A+B', '0111'],
    ['A|!B', '1101'],
    ['A^B', '0110'],
    ['!(A ^ B)', '1001'],
    ['!!A', '0101'],
    ["A''", '0101'],
    ['1', '1111'],
    ['0 + B', '0011'],
  ])('%s', (text, table) => {
    expect(bits(text, ['A', 'B'])).toBe(table);
  });

  it('bind not, and, exclusive or, or: in this order', () => {
    expect(bits('A + B C', ['A', 'B', 'C'])).toBe(bits('A + (B*C)', ['A', 'B', 'C']));
    expect(bits('A ^ B C', ['A', 'B', 'C'])).toBe(bits('A ^ (B*C)', ['A', 'B', 'C']));
    expect(bits('A + B ^ C', ['A', 'B', 'C'])).toBe(bits('A + (B ^ C)', ['A', 'B', 'C']));
    expect(bits('A + B ^ C', ['A', 'B', 'C'])).not.toBe(bits('(A + B) ^ C', ['A', 'B', 'C']));
  });

  it.each(['', 'A +', '(A', 'A)', '!', 'A ? B', '* A'])(
    'are refused where they are malformed: %j',
    (text) => {
      expect(parseExpression(text)).toBeUndefined();
    },
  );
});
