import { beforeAll, describe, expect, it } from 'vitest';
import { loadFormulas, type Formulas, type Scope } from '../../src/explore/index.js';

let formulas: Formulas;
beforeAll(async () => {
  formulas = await loadFormulas();
});

const scope: Scope = {
  N: 4,
  V: 16,
  M: 6,
  tech: 'asap7',
  flat: true,
  delayPs: 500,
  energyFjPerCycle: 250,
  areaUm2: null,
};
const known = [...Object.keys(scope), 'absent'];

function value(text: string): number | boolean | undefined {
  const made = formulas.compile({ text }, known);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value.evaluate(scope);
}

describe('formulas', () => {
  it.each<[string, number | boolean]>([
    ['N + M <= 12', true],
    ['N + M <= 8 or V % 8 == 0', true],
    ['not (N == 4)', false],
    ['tech == "asap7" and flat == true', true],
    ['tech != "sky130"', true],
    ['N > 4 ? 1 : log2(V)', 4],
    ['2 * V / N ^ 2', 2],
    ['energyFjPerCycle * delayPs', 125_000],
    // V and N are variables here, not the units volt and newton.
    ['V * N', 64],
    // What is not there does not matter where it is not read.
    ['N > 4 ? absent : V', 16],
    ['N == 4 or absent > 3', true],
    ['N > 4 and areaUm2 < 3', false],
  ])('%s', (text, due) => expect(value(text)).toBe(due));

  it('know the units of measures', () => {
    expect(value('energy / delay to mW')).toBeCloseTo(0.5, 12);
    expect(value('energy * delay to fJ ps')).toBeCloseTo(125_000, 6);
    expect(value('2 * 16 / delay to GHz')).toBeCloseTo(64, 9);
    expect(value('delay < 0.6 ns')).toBe(true);
    // Units that cancel leave a number.
    expect(value('2 * delay / (500 ps)')).toBeCloseTo(2, 12);
    expect(value('energy * delay / (1 fJ) / (1 ns)')).toBeCloseTo(125, 9);
  });

  it('compare quantities however small they are', () => {
    for (const text of ['energy < 250.1 fJ', 'energy > 249.9 fJ', 'energy * delay < 125001 fJ ps'])
      expect(value(text), text).toBe(true);
    for (const text of ['energy < 249.9 fJ', 'energy == 250.1 fJ', 'energy * delay > 125001 fJ ps'])
      expect(value(text), text).toBe(false);
  });

  it.each([
    // A quantity without `to` is no number: in which unit?
    ['energy / delay', 'it gives a quantity in fJ / ps'],
    ['energy + delay', 'Units do not match'],
    ['delay < 3 fJ', 'Cannot compare units with different base'],
    ['delay < 3', 'a number is due where a quantity with a unit stands'],
    ['energy / area to mW', 'Units do not match'],
    ['log2(area)', 'a number is due where a quantity with a unit stands'],
  ])('whose units are wrong are refused: %s', (text, why) => {
    const [wrong] = formulas.compile({ text }, known).diagnostics;
    expect(wrong?.message).toContain('do not go together');
    expect(wrong?.message).toContain(why);
  });

  it('give nothing where what they read is not there, or where the result is not a number', () => {
    for (const text of [
      'absent + 1',
      'N == 4 ? absent : V',
      'N == 4 and absent > 3',
      'areaUm2 * 2',
      'area to um^2',
      '1 / 0',
      'sqrt(-1)',
      'tech + 1',
    ])
      expect(value(text), text).toBeUndefined();
  });

  it.each([
    'import({a: 1})',
    'createUnit("x")',
    'evaluate("1")',
    'parse("1")',
    'a = 3',
    'f(x) = x',
    'N.constructor',
    'N.max(1)',
    'max.constructor(1)',
    '[1, 2]',
    '{a: 1}',
    'N; V',
    '1:3',
    'random()',
    'cos(1)("x")',
    '"a"["constructor"]',
    '1 +',
  ])('%s is refused', (text) => expect(formulas.compile({ text }, known).ok).toBe(false));

  it('tell unknown names with what may be meant', () => {
    const made = formulas.compile({ text: 'delayPS + bogus' }, known);
    expect(made.diagnostics.map(({ hint }) => hint)).toEqual([
      'did you mean `delayPs`?',
      expect.stringContaining('known'),
    ]);
  });
});
