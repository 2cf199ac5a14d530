import { describe, expect, it } from 'vitest';
import { importLiberty, parseTechnology, renderLiberty, renderTechnology } from '../../src/synth/index.js';
import { parseLiberty } from '../../src/synth/liberty/parser.js';
import { attribute, groupsOf, numbers, values } from '../../src/synth/liberty/syntax.js';
import { smallLiberty, smallTechnology } from './small.js';

describe('Liberty text', () => {
  it('is read into groups and attributes', () => {
    const text =
      'library (l) { a : 1\n b : "x y"; c (1, "2, 3", \\\n "4"); cell (k) { d : VDD + 0.3; } ; // end\n }';
    const parsed = parseLiberty('l.lib', text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const [library] = parsed.value;
    expect(library!.args).toEqual(['l']);
    expect(attribute(library!, 'a')).toBe('1');
    expect(attribute(library!, 'b')).toBe('x y');
    expect(numbers(values(library!, 'c')!)).toEqual([1, 2, 3, 4]);
    expect(attribute(groupsOf(library!, 'cell')[0]!, 'd')).toBe('VDD + 0.3');
  });

  it.each([
    ['library (l) {\n  a : 1;\n', 'cut off', 2, 9],
    ['library (l) {\n  a : 1;\n}}\n', 'brace too many', 3, 2],
    ['library (l) {\n  a { } \n}\n', 'expected', 2, 5],
    ['library (l) {\n  \u00a7 : 1;\n}\n', 'expected', 2, 3],
  ])('that is broken gets a diagnostic at its place: %j', (text, message, line, column) => {
    const parsed = parseLiberty('l.lib', text);
    expect(parsed.ok).toBe(false);
    expect(parsed.diagnostics[0]!.message).toContain(message);
    expect(parsed.diagnostics[0]!.place).toMatchObject({ file: 'l.lib', line, column });
  });

  it('of other kinds is refused', () => {
    expect(parseLiberty('a.gz', '\x1f\x8b\0\0').diagnostics[0]!.code).toBe('liberty-binary');
    expect(parseLiberty('a.lib', '').diagnostics[0]!.code).toBe('liberty-empty');
  });

  it('never makes the reader throw, wherever it is cut', () => {
    for (let length = 0; length < smallLiberty.length - 2; length += 7) {
      const result = importLiberty([{ file: 's.lib', text: smallLiberty.slice(0, length) }]);
      expect(result.ok).toBe(false);
      expect(result.diagnostics.length).toBeGreaterThan(0);
    }
  });
});

describe('a technology made of Liberty', () => {
  const technology = smallTechnology();
  const cell = (name: string) => technology.cells.find((one) => one.name === name)!;

  it('keeps what logic can be mapped to', () => {
    expect(technology.cells.map((one) => one.name)).toEqual(['INV', 'NAND2', 'FA', 'DFF', 'DFFR', 'TIE']);
    expect(technology.corner).toEqual({
      name: 'nominal',
      voltage: 2,
      temperature: 25,
      slewPercent: [10, 90],
    });
  });

  it('holds the worst over all conditions, by pin and sense', () => {
    const [y] = cell('NAND2').outputs;
    expect(y!.loadsFf).toEqual([1, 3]);
    expect(y!.arcs.map(({ from, sense }) => [from, sense])).toEqual([
      ['A', 'negative'],
      ['B', 'negative'],
    ]);
    expect(y!.arcs[0]!.riseDelayPs).toEqual([12, 32, 22, 42]);
    expect(y!.arcs[0]!.fallDelayPs).toEqual([10, 30, 20, 40]);
  });

  it('has energies as means of edges, summed over supplies', () => {
    expect(cell('NAND2').outputs[0]!.energyFj).toBe((1 + 3) / 2 + 5);
    expect(cell('NAND2').inputs[0]!.energyFj).toBe((4 + 8) / 2);
    expect(cell('DFF').inputs[0]!.energyFj).toBe((2 + 4) / 2);
    expect(cell('INV').leakageNw).toBe(0.5);
  });

  it('reads setup times by slew of the data pin, at the clock slew', () => {
    // a fan-out of four settles where slew = 10 + 3 · 10 + (slew − 10): the library's lines are that steep for ever
    const { clockSlewPs } = technology.conditions;
    const at = (clockSlewPs - 10) / 10;
    expect(cell('DFF').flipFlop!.setupRisePs[0]).toBeCloseTo(5 + 2 * at, 1);
    expect(cell('DFF').flipFlop!.setupFallPs[1]).toBeCloseTo(2 + 2 * at, 1);
  });

  it('finds the cells with a part of their own', () => {
    expect(technology.roles).toEqual({
      fullAdder: {
        cell: 'FA',
        inputs: ['A', 'B', 'C'],
        sum: { pin: 'SN', inverted: true },
        carry: { pin: 'CON', inverted: true },
      },
      tieHigh: { cell: 'TIE', pin: 'H' },
      tieLow: { cell: 'TIE', pin: 'L' },
      inverter: 'INV',
      flipFlop: 'DFF',
    });
  });

  it('comes back the same through JSON, and through Liberty but for energies, setup and the form of flip-flops', () => {
    const again = parseTechnology('small.json', renderTechnology(technology));
    expect(again).toEqual({ ok: true, value: technology, diagnostics: [] });
    const through = importLiberty([{ file: 'again.lib', text: renderLiberty(technology) }]);
    if (!through.ok) throw new Error(JSON.stringify(through.diagnostics));
    const plain = { state: 'IQ', invertedState: 'IQN', nextState: 'D' };
    const silent = technology.cells.map((one) => ({
      ...one,
      inputs: one.inputs.map((pin) => ({ ...pin, energyFj: 0 })),
      outputs: one.outputs.map((pin) => ({ ...pin, energyFj: 0 })),
      ...(one.flipFlop && { flipFlop: { ...one.flipFlop, ...plain, setupRisePs: [], setupFallPs: [] } }),
    }));
    expect(through.value.cells).toEqual(silent);
  });

  it('reads other units', () => {
    const text = smallLiberty
      .replace('time_unit : "1ps"', 'time_unit : "100ps"')
      .replace('(1, ff)', '(0.1, pf)')
      .replace('"1pW"', '"1uW"');
    const imported = importLiberty([{ file: 's.lib', text }], { dontUse: ['SPARE_*'] });
    if (!imported.ok) throw new Error(JSON.stringify(imported.diagnostics));
    const [inverter, nand] = imported.value.cells;
    expect(imported.value.slewsPs).toEqual([1000, 2000]);
    expect(inverter!.inputs[0]!.capFf).toBe(100);
    expect(inverter!.leakageNw).toBe(500_000);
    expect(nand!.outputs[0]!.energyFj).toBe(700);
  });
});
