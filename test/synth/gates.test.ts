import { describe, expect, it } from 'vitest';
import { cellModels, compileGates, simulateGates, type Netlist } from '../../src/synth/index.js';
import { netlist } from './circuit.js';
import { smallTechnology } from './small.js';

const technology = smallTechnology();

function run(circuit: Netlist, words: Record<string, bigint[][]>) {
  const gates = compileGates(circuit);
  if (!gates.ok) throw new Error(JSON.stringify(gates.diagnostics));
  const [first] = Object.values(words);
  return simulateGates(gates.value, { cycles: first!.length, streams: first![0]!.length, words });
}

const adder = netlist(
  technology,
  [
    ['x', 'input', [2, 3, 4]],
    ['y', 'output', [5, 6]],
  ],
  [['fa', 'FA', { A: 2, B: 3, C: 4, SN: 5, CON: 6 }]],
);

describe('gate-level simulation', () => {
  it('computes many streams at once', () => {
    const streams = 70;
    const x = Array.from({ length: streams }, (_, k) => BigInt(k % 8));
    const expected = x.map((word) => 3n - BigInt(word.toString(2).replaceAll('0', '').length));
    expect(run(adder, { x: [x] }).words['y']).toEqual([expected]);
  });

  it('counts transitions of every net, in the streams that are there', () => {
    const found = run(adder, {
      x: [
        [0n, 0n, 0n],
        [1n, 3n, 0n],
        [0n, 3n, 7n],
      ],
    });
    // stream by stream the inputs go 000 001 000, 000 011 011, 000 000 111
    expect([...found.toggles.slice(0, 3)]).toEqual([2 + 1 + 1, 1 + 1, 1]);
    // the sum goes 0 1 0, 0 0 0, 0 0 1 and the carry 0 0 0, 0 1 1, 0 0 1
    expect([...found.toggles.slice(3)]).toEqual([2 + 1, 1 + 1]);
    expect(found.steps).toBe(6);
  });

  it('clocks registers, also those with an inverted output', () => {
    const pair = netlist(
      technology,
      [
        ['clk_i', 'input', [2]],
        ['d', 'input', [3]],
        ['y', 'output', [4, 5]],
      ],
      [
        ['one', 'DFF', { CK: 2, D: 3, QN: 4 }],
        ['two', 'DFF', { CK: 2, D: 4, QN: 5 }],
      ],
    );
    const d = [1n, 0n, 0n, 1n];
    const found = run(pair, { d: d.map((word) => [word]) }).words['y']!.map(([word]) => word);
    expect(found.slice(1)).toEqual([0b10n, 0b11n, 0b01n]);
  });

  it('counts nothing in streams that are not there', () => {
    const toggle = netlist(
      technology,
      [
        ['clk_i', 'input', [2]],
        ['x', 'input', [4]],
      ],
      [['t', 'DFF', { CK: 2, D: 3, QN: 3 }]],
    );
    // the register takes what it does not hold, so it changes in every cycle, and would in all 32 streams of a word
    const found = run(toggle, { x: [[0n], [0n], [0n]] });
    expect([...found.toggles]).toEqual([0, 0, 2]);
  });

  it('clears at once and keeps clear', () => {
    const cleared = netlist(
      technology,
      [
        ['clk_i', 'input', [2]],
        ['rst_ni', 'input', [3]],
        ['y', 'output', [4, 5]],
      ],
      [['q', 'DFFR', { CK: 2, D: '1', RN: 3, Q: 4, QN: 5 }]],
    );
    const reset = [1n, 1n, 0n, 1n, 1n];
    const found = run(cleared, { rst_ni: reset.map((word) => [word]) }).words['y']!.map(([word]) => word);
    expect(found).toEqual([0b10n, 0b01n, 0b10n, 0b10n, 0b01n]);
  });

  it('puts faults on nets in single streams', () => {
    const gates = compileGates(adder, { forced: [0, 3] });
    if (!gates.ok) throw new Error(JSON.stringify(gates.diagnostics));
    const { simulator } = gates.value;
    simulator.force(0, 1, 1);
    simulator.force(3, 2, 0);
    const found = simulateGates(gates.value, { cycles: 1, streams: 3, words: { x: [[0n, 0n, 0n]] } });
    // an input at 1 makes the sum 1 (inverted: 0); an output at 0 shows as it is
    expect(found.words['y']).toEqual([[0b11n, 0b10n, 0b10n]]);
  });
});

describe('models of cells', () => {
  it('are Verilog of their functions, a file each', () => {
    const clocked = netlist(
      technology,
      [
        ['clk_i', 'input', [2]],
        ['rst_ni', 'input', [3]],
        ['y', 'output', [4]],
      ],
      [
        ['q', 'DFFR', { CK: 2, D: '1', RN: 3, Q: 4 }],
        ['p', 'DFFR', { CK: 2, D: 4, RN: 3 }],
      ],
    );
    const [model, ...more] = cellModels(clocked);
    expect(more).toEqual([]);
    expect(model!.name).toBe('DFFR.v');
    expect(model!.text).toContain('wire clear = ~RN;');
    expect(model!.text).toMatch(
      /always @\(posedge CK or posedge clear\) if \(clear\) held <= 1'b0; else held <= D;/,
    );
    expect(cellModels(adder)[0]!.text).toMatch(/module FA \(input wire \w+, .*output wire CON/);
  });
});
