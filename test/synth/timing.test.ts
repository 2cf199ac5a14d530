import { describe, expect, it } from 'vitest';
import { timingOf, type Netlist, type Technology } from '../../src/synth/index.js';
import { netlist } from './circuit.js';
import { smallTechnology } from './small.js';

/** Every delay and slew of the little library is slew + 10 · load − 10, and 2 more for the rise of NAND2 by A. */
const technology: Technology = {
  ...smallTechnology(),
  conditions: { inputSlewPs: 10, clockSlewPs: 20, outputLoadFf: 2 },
};
const at = (slew: number, load: number): number => slew + 10 * load - 10;

function timing(circuit: Netlist) {
  const result = timingOf(circuit, technology);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

describe('static timing', () => {
  it('adds delays along a chain, each with the slew of the one before', () => {
    const found = timing(
      netlist(
        technology,
        [
          ['a', 'input', [2]],
          ['y', 'output', [4]],
        ],
        [
          ['first', 'INV', { A: 2, Y: 3 }],
          ['second', 'INV', { A: 3, Y: 4 }],
        ],
      ),
    );
    const first = at(10, 1);
    const second = at(first, 2);
    expect(found.delayPs).toBeCloseTo(first + second);
    expect(found.fmaxMhz).toBeCloseTo(1e6 / (first + second));
    expect(found.paths).toEqual({ inputToOutput: found.delayPs });
    expect(found.critical.map(({ instance, net, arrivalPs }) => [instance, net, arrivalPs])).toEqual([
      ['', 'a', 0],
      ['first', 'net 2', first],
      ['second', 'y', first + second],
    ]);
    expect(found.critical.map(({ edge }) => edge)).toEqual(['rise', 'fall', 'rise']);
  });

  it('keeps edges apart where the sense allows it', () => {
    // the rise of NAND2 by A is 2 ps slower, so its worst output is a rise, and that of an inverter behind it a fall
    const found = timing(
      netlist(
        technology,
        [
          ['a', 'input', [2]],
          ['y', 'output', [4]],
        ],
        [
          ['first', 'NAND2', { A: 2, B: '1', Y: 3 }],
          ['second', 'INV', { A: 3, Y: 4 }],
        ],
      ),
    );
    expect(found.delayPs).toBeCloseTo(at(10, 1) + 2 + at(at(10, 1) + 2, 2));
    expect(found.critical.map(({ edge }) => edge)).toEqual(['fall', 'rise', 'fall']);
  });

  it('launches at the clock, captures before the setup time, and tells the kinds of paths apart', () => {
    const found = timing(
      netlist(
        technology,
        [
          ['clk_i', 'input', [2]],
          ['d', 'input', [3]],
          ['y', 'output', [6]],
        ],
        [
          ['one', 'DFF', { CK: 2, D: 3, QN: 4 }],
          ['between', 'INV', { A: 4, Y: 5 }],
          ['two', 'DFF', { CK: 2, D: 5, QN: 6 }],
        ],
      ),
    );
    // setup for a rise is 5 + (data slew − 10) / 10 + 2 · (clock slew − 10) / 10, and for a fall 4 less;
    // the clock slew in it is the one that the library was read with
    const clockSlew = smallTechnology().conditions.clockSlewPs;
    const setup = (slew: number): number => 5 + (slew - 10) / 10 + (2 * (clockSlew - 10)) / 10;
    const launch = at(20, 1);
    const data = at(launch, 1);
    expect(found.paths.inputToRegister).toBeCloseTo(setup(10));
    expect(found.paths.registerToRegister).toBeCloseTo(launch + data + setup(data));
    expect(found.paths.registerToOutput).toBeCloseTo(at(20, 2));
    expect(found.stages.map(({ stage, delayPs }) => [stage, delayPs])).toEqual([
      [1, found.paths.inputToRegister],
      [2, found.paths.registerToRegister],
      [3, found.paths.registerToOutput],
    ]);
    expect(found.delayPs).toBe(found.paths.registerToRegister);
    expect(found.critical.map(({ instance, pin }) => `${instance} ${pin}`)).toEqual([
      'one QN',
      'between Y',
      'two D',
    ]);
    expect(found.critical.at(-1)!.edge).toBe('rise');
  });

  it('counts a register that is fed back to the stage of what feeds it, and names it behind its inverter', () => {
    const circuit = netlist(
      technology,
      [
        ['clk_i', 'input', [2]],
        ['d', 'input', [3]],
        ['y', 'output', [7]],
      ],
      [
        ['first', 'DFF', { CK: 2, D: 3, QN: 4 }],
        ['held', 'NAND2', { A: 4, B: 6, Y: 5 }],
        ['state', 'DFF', { CK: 2, D: 5, QN: 6 }],
        ['out', 'INV', { A: 6, Y: 7 }],
      ],
    );
    const ends = (found: Netlist): string[] =>
      timing(found).stages.map(({ stage, end }) => `${stage} ${end}`);
    expect(ends(circuit)).toEqual(['1 net 3', '2 net 5', '3 y']);
    const netNames = circuit.netNames.map((name) => (name === 'net 5' ? '$abc$7' : name));
    expect(ends({ ...circuit, netNames })).toEqual(['1 net 3', '2 y', '3 y']);
  });

  it('has no paths from constants', () => {
    const found = timing(netlist(technology, [['y', 'output', [2]]], [['tie', 'TIE', { H: 2 }]]));
    expect(found).toEqual({ delayPs: 0, fmaxMhz: Infinity, paths: {}, stages: [], critical: [] });
  });

  it('names the instances of a combinational loop', () => {
    const looped = netlist(
      technology,
      [['y', 'output', [4]]],
      [
        ['f', 'INV', { A: 2, Y: 3 }],
        ['g', 'INV', { A: 3, Y: 2 }],
        ['behind', 'INV', { A: 3, Y: 4 }],
      ],
    );
    const result = timingOf(looped, technology);
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]!.code).toBe('combinational-loop');
    expect(result.diagnostics[0]!.message).toMatch(/f, g|g, f/);
    expect(result.diagnostics[0]!.message).not.toContain('behind');
  });

  it('takes a loop through a register for what it is', () => {
    const counter = netlist(
      technology,
      [['clk_i', 'input', [2]]],
      [['toggle', 'DFF', { CK: 2, D: 3, QN: 3 }]],
    );
    expect(timing(counter).paths).toHaveProperty('registerToRegister');
  });
});
