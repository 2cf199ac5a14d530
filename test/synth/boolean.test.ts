import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  evaluate,
  parseExpression,
  pinsOf,
  toScript,
  truthTable,
  type Expression,
} from '../../src/synth/boolean.js';

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

  it('are the same as JavaScript on words', () => {
    const source = random(7);
    const pins = ['A', 'B', 'C'];
    const draw = (depth: number): Expression => {
      const kind = depth === 0 ? source.below(2) : source.below(6);
      if (kind === 0) return { kind: 'constant', value: source.below(2) === 1 };
      if (kind <= 1) return { kind: 'pin', name: pins[source.below(3)]! };
      if (kind === 2) return { kind: 'not', of: draw(depth - 1) };
      return {
        kind: (['and', 'or', 'xor'] as const)[kind - 3]!,
        left: draw(depth - 1),
        right: draw(depth - 1),
      };
    };
    for (let round = 0; round < 200; round++) {
      const expression = draw(5);
      const script = new Function('A', 'B', 'C', `return ${toScript(expression, (pin) => pin)}`) as (
        ...words: number[]
      ) => number;
      const words = script(0b10101010, 0b11001100, 0b11110000);
      for (let row = 0; row < 8; row++) {
        const given = new Map(pins.map((pin, k) => [pin, ((row >> k) & 1) === 1]));
        expect((words >> row) & 1).toBe(Number(evaluate(expression, given)));
      }
      expect(pins).toEqual(expect.arrayContaining(pinsOf(expression)));
    }
  });
});
