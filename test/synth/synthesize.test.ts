import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random, signed, wrap } from '../../src/base/index.js';
import {
  compileGates,
  parseTechnology,
  renderTechnology,
  simulateGates,
  synthesize,
  timingOf,
  type Effort,
  type Netlist,
  type Technology,
} from '../../src/synth/index.js';

const names = ['asap7', 'sky130', 'sg13g2', 'freepdk45'];
const text = (name: string): string => readFileSync(`tech/${name}.json`, 'utf8');
function technology(name: string): Technology {
  const parsed = parseTechnology(`${name}.json`, text(name));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

/** Two signed lanes and an accumulator with synchronous reset and enable. */
const mac = `module mac (input clk_i, input rst_ni, input en_i, input [11:0] a_i, input [11:0] b_i, output [15:0] y_o);
  wire signed [5:0] a0 = a_i[5:0], a1 = a_i[11:6], b0 = b_i[5:0], b1 = b_i[11:6];
  wire signed [12:0] sum = a0 * b0 + a1 * b1;
  reg signed [15:0] acc_q;
  always @(posedge clk_i) if (!rst_ni) acc_q <= 16'd0; else if (en_i) acc_q <= acc_q + sum;
  assign y_o = acc_q;
endmodule
`;

async function macAgrees(name: string, effort: Effort): Promise<Netlist> {
  const made = await synthesize({ files: { 'mac.v': mac }, top: 'mac' }, technology(name), effort);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  expect(made.value.verilog).toContain('module mac');
  const gates = compileGates(made.value.netlist);
  if (!gates.ok) throw new Error(JSON.stringify(gates.diagnostics));

  const source = random(11);
  const [cycles, streams] = [40, 32];
  const draw = (width: number, value = () => source.word(width)) =>
    Array.from({ length: cycles }, () => Array.from({ length: streams }, value));
  const words = {
    a_i: draw(12),
    b_i: draw(12),
    en_i: draw(1),
    rst_ni: Array.from({ length: cycles }, (_, cycle) =>
      Array.from({ length: streams }, () => (cycle === 0 ? 0n : 1n)),
    ),
  };
  const run = simulateGates(gates.value, { cycles, streams, words });
  const lane = (word: bigint, k: number): bigint => signed(wrap(word >> BigInt(6 * k), 6), 6);
  for (let stream = 0; stream < streams; stream++) {
    let acc = 0n;
    for (let cycle = 1; cycle < cycles; cycle++) {
      expect(run.words['y_o']![cycle]![stream]).toBe(wrap(acc, 16));
      const [a, b] = [words.a_i[cycle]![stream]!, words.b_i[cycle]![stream]!];
      if (words.en_i[cycle]![stream]) acc += lane(a, 0) * lane(b, 0) + lane(a, 1) * lane(b, 1);
    }
  }
  const timing = timingOf(made.value.netlist, technology(name));
  expect(timing.ok && timing.value.paths).toMatchObject({
    inputToRegister: expect.any(Number) as number,
    registerToRegister: expect.any(Number) as number,
    registerToOutput: expect.any(Number) as number,
  });
  return made.value.netlist;
}

describe('the shipped technologies', () => {
  it.each(names)('%s is in the canonical form and small', (name) => {
    expect(text(name)).toBe(renderTechnology(technology(name)));
    expect(text(name).length).toBeLessThan(1_000_000);
    expect(technology(name).name).toBe(name);
  });

  it.each(names)('%s can be mapped to', (name) => {
    expect(Object.keys(technology(name).roles)).toEqual(
      expect.arrayContaining(['tieHigh', 'tieLow', 'inverter', 'buffer', 'flipFlop']),
    );
  });

  it.each(names)('%s gives gates that do what the source says', async (name) => {
    await macAgrees(name, {});
  });
});

/** A counter with an asynchronous reset to 5. */
const counter = `module counter (input clk_i, input rst_ni, input [3:0] d_i, output reg [3:0] y_o);
  always @(posedge clk_i or negedge rst_ni) if (!rst_ni) y_o <= 4'd5; else y_o <= y_o + d_i;
endmodule
`;

async function counterAgrees(name: string): Promise<void> {
  const made = await synthesize({ files: { 'counter.v': counter }, top: 'counter' }, technology(name));
  const gates = made.ok && compileGates(made.value.netlist);
  if (!gates || !gates.ok) throw new Error(JSON.stringify([made.diagnostics, gates && gates.diagnostics]));
  const reset = [0n, 1n, 1n, 0n, 1n, 1n, 1n];
  const words = { rst_ni: reset.map((bit) => [bit]), d_i: reset.map((_, cycle) => [BigInt(3 * cycle + 1)]) };
  const run = simulateGates(gates.value, { cycles: 7, streams: 1, words });
  let state = 5n;
  const expected = reset.map((bit, cycle) => {
    const shown = bit ? state : 5n;
    state = bit ? wrap(shown + words.d_i[cycle]![0]!, 4) : 5n;
    return [shown];
  });
  expect(run.words['y_o']).toEqual(expected);
}

describe('synthesis', () => {
  it.each(['asap7', 'sg13g2'])('resets at once in %s, to zeros and ones', (name) => counterAgrees(name));

  it.each([{ goal: 'delay' }, { hierarchy: true }] as const)('%j gives right gates too', async (effort) => {
    await macAgrees('sg13g2', effort);
  });

  it('uses adder cells where area is the goal, also ones with inverted outputs', async () => {
    const { instances } = await macAgrees('asap7', { goal: 'area' });
    expect(instances.some(({ cell }) => cell.name.startsWith('FAx1'))).toBe(true);
  });

  it.each([
    [
      'a syntax error',
      'module top (input a, output y);\n  assign y = a +;\nendmodule',
      'top',
      'synthesis-failed',
      2,
    ],
    [
      'a missing module',
      'module top (input a); gone g (.a(a)); endmodule',
      'top',
      'synthesis-failed',
      undefined,
    ],
    ['a missing top', 'module other; endmodule', 'top', 'synthesis-failed', undefined],
    [
      'a latch',
      'module top (input a, g, output reg y); always @* if (g) y = a; endmodule',
      'top',
      'netlist-cell',
      undefined,
    ],
    ['a bad name', 'module top; endmodule', 'top; shell', 'synthesis-name', undefined],
  ])('tells of %s', async (_, verilog, top, code, line) => {
    const made = await synthesize({ files: { 'top.v': verilog }, top }, technology('sg13g2'));
    expect(made.ok).toBe(false);
    expect(made.diagnostics[0]!.code).toBe(code);
    if (line !== undefined) expect(made.diagnostics[0]!.place).toMatchObject({ file: 'top.v', line });
  });

  it('can be stopped, and be told of a Yosys that is not there', async () => {
    const source = { files: { 'mac.v': mac }, top: 'mac' };
    const stopped = await synthesize(source, technology('sg13g2'), {}, { signal: AbortSignal.timeout(200) });
    expect(stopped.diagnostics[0]?.code).toBe('synthesis-stopped');
    const missing = await synthesize(source, technology('sg13g2'), {}, { executable: '/nowhere/yosys' });
    expect(missing.diagnostics[0]?.code).toBe('tool-missing');
  });
});

describe('technology JSON', () => {
  it('is refused with the place of every fault', () => {
    const small = { ...technology('sg13g2'), name: 7, wire: { fixedFf: 'x', perSinkFf: 0 } };
    const parsed = parseTechnology('t.json', JSON.stringify(small));
    expect(parsed.diagnostics.map((one) => one.message)).toEqual([
      't.json: name must be a string',
      't.json: wire.fixedFf must be a number',
      't.json: wire.source must be a string',
    ]);
    expect(parseTechnology('t.json', '{').diagnostics[0]!.code).toBe('technology-json');
    expect(parseTechnology('t.json', '[]').ok).toBe(false);
  });

  it('is refused where a cell contradicts itself', () => {
    const good = technology('sg13g2');
    const [first, ...rest] = good.cells;
    const [pin] = first!.outputs;
    const spoil = (change: object): readonly string[] =>
      parseTechnology(
        't.json',
        JSON.stringify({ ...good, cells: [{ ...first, outputs: [{ ...pin, ...change }] }, ...rest] }),
      ).diagnostics.map((one) => one.message);
    expect(spoil({})).toEqual([]);
    expect(spoil({ function: 'A1 & Z9' })[0]).toContain('functions of its own pins');
    expect(spoil({ loadsFf: [1] })[0]).toContain('one entry for each slew and load');
  });
});
