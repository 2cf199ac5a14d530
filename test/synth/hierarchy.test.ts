import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { openStore, usage, type Store } from '../../src/cache/index.js';
import {
  compileGates,
  parseTechnology,
  simulateGates,
  synthesize,
  timingOf,
  type Netlist,
  type Stimulus,
  type Technology,
} from '../../src/synth/index.js';

const part = (width: number): string => `module part (
  input wire clk_i, input wire [${width - 1}:0] a_i, input wire [${width - 1}:0] b_i,
  output wire [${width}:0] sum_o, output wire [${width - 1}:0] same_o, output wire one_o);
  reg [${width}:0] sum_q; always @(posedge clk_i) sum_q <= a_i + b_i;
  assign sum_o = sum_q; assign same_o = a_i; assign one_o = 1'b1;
endmodule`;
const files = {
  'top.v': `// part of nothing (
module top (input wire clk_i, input wire [7:0] x_i, input wire [7:0] y_i, output wire [9:0] z_o, output wire [7:0] w_o);
  wire [8:0] s, t; wire [7:0] through; wire high, low;
  part one (.clk_i(clk_i), .a_i(x_i), .b_i(y_i), .sum_o(s), .same_o(through), .one_o(high));
  pair both (.clk_i(clk_i), .a_i(through), .b_i(8'd3), .sum_o(t), .one_o(low));
  assign z_o = s + t + low; assign w_o = through ^ {8{high}};
endmodule`,
  'pair.v': `module pair (input wire clk_i, input wire [7:0] a_i, input wire [7:0] b_i, output wire [8:0] sum_o, output wire one_o);
  part inner (.clk_i(clk_i), .a_i(~a_i), .b_i(b_i), .sum_o(sum_o), .same_o(), .one_o(one_o));
endmodule`,
  'part.v': part(8),
};

let technology: Technology;
let folder: string;
let store: Store;
beforeAll(() => {
  const read = parseTechnology('sg13g2.json', readFileSync('tech/sg13g2.json', 'utf8'));
  if (!read.ok) throw new Error('sg13g2');
  technology = read.value;
  folder = mkdtempSync(join(tmpdir(), 'bitloom-synth-'));
  store = openStore('synth', 1e9, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function mapped(source: Record<string, string>, hierarchy: boolean, log: string[] = []) {
  const onLog = (text: string): void => void log.push(text);
  const made = await synthesize(
    { files: source, top: 'top' },
    technology,
    { hierarchy },
    { cache: store, onLog },
  );
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value.netlist;
}

function run(netlist: Netlist) {
  const source = random(7);
  const words = (): bigint[][] => Array.from({ length: 40 }, () => [source.word(8)]);
  const stimulus: Stimulus = { cycles: 40, streams: 1, words: { x_i: words(), y_i: words() } };
  const gates = compileGates(netlist);
  if (!gates.ok) throw new Error('loop');
  const { words: found } = simulateGates(gates.value, stimulus);
  // registers without reset hold anything at first
  return Object.values(found).map((rows) => rows.slice(2));
}

describe('a source mapped module by module', () => {
  it('is put together with constants and wires through modules', async () => {
    const divided = await mapped(files, true);
    const modules = divided.instances.map(({ module }) => module);
    expect(new Set(modules)).toEqual(new Set(['top', 'pair', 'part']));
    const registers = divided.instances.filter(({ cell, module }) => cell.flipFlop && module === 'part');
    expect(registers.length).toBe(18);
    expect(divided.instances.some(({ name }) => name.startsWith('both.inner.'))).toBe(true);
  });

  it('is timed across the borders of modules', async () => {
    const timing = timingOf(await mapped(files, true), technology);
    expect(timing.ok && timing.value.paths).toHaveProperty('inputToOutput');
    expect(timing.ok && timing.value.paths).toHaveProperty('registerToOutput');
  });

  it('is mapped again only where it changed', async () => {
    await mapped(files, true);
    const log: string[] = [];
    await mapped(files, true, log);
    expect(log).toEqual([]);
    const before = (await usage(store)).entries;
    const other = { ...files, 'pair.v': files['pair.v'].replace('~a_i', '~(a_i << 1)') };
    await mapped(other, true, log);
    expect((await usage(store)).entries).toBe(before + 1);
    expect(log.join('')).toMatch(/Verilog-2005 frontend: pair\.v/);
    expect(log.join('')).not.toMatch(/ABC: .*top/);
  });

  it('is mapped as one where modules have parameters, and does the same', async () => {
    const other = {
      ...files,
      'part.v': files['part.v'].replace('module part (', 'module part #(parameter N = 3) ('),
    };
    const netlist = await mapped(other, true);
    expect(netlist.instances.every(({ module }) => module === undefined)).toBe(true);
    expect(run(netlist)).toEqual(run(await mapped(files, true)));
  });
});
