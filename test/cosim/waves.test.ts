import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceDesign, traceVerilog, type Subject } from '../../src/cosim/index.js';
import { inputRows, simulationActivity, simulationWaves, subjectsOf } from '../../src/flow/index.js';
import { built, texts } from './designs.js';
import { readVcd, wordAt, type Dump } from './vcd.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const verilator = spawnSync('verilator', ['--version']).status === 0;

const hierarchy = `datapath lane() {
  in a: int(8)
  in b: int(8)
  reg held: int(16) reset none = a * b when a != 0
  out y = held
}
datapath two() {
  in a: int(8)[2]
  in b: int(8)
  out y = lane(a[0], b) + lane(a[1], b)
  pipeline(stages: 2)
}
`;

const options = { vectors: 150, seed: 6, cache: folder, verilator: true };

/** The paths of both dumps, as they are below the design. */
function shared(ours: Dump, theirs: Dump, subject: Subject): string[] {
  return [...ours.keys()]
    .map((path) => path.slice(subject.emitted.top.length + 1))
    .filter((path) => theirs.has(`TOP.bench.u_m0.${path}`));
}

describe.skipIf(!verilator)('waveforms of Verilator and of the interpreter', () => {
  const subject = subjectsOf(built(hierarchy))[0]!;
  const window = { first: 0, last: 140 };
  let ours: Dump;
  let theirs: Dump;

  beforeAll(async () => {
    const file = join(folder, 'two.vcd');
    const traced = await traceVerilog(subject, options, window, file);
    if (!traced.ok) throw new Error(traced.diagnostics[0]!.message);
    theirs = readVcd(readFileSync(file, 'utf8'));
    ours = readVcd(traceDesign(subject, options, window, '0.0.0')!);
  });

  it('have the same names, in the same instances', () => {
    const paths = shared(ours, theirs, subject);
    expect(paths).toEqual(expect.arrayContaining(['clk_i', 'a_i', 'y_o', 'u_lane_0.held_q', 'u_lane_1.y_o']));
    expect(paths.length).toBe(ours.size);
  });

  it('have the same words in every cycle, and the same clock', () => {
    for (const path of shared(ours, theirs, subject))
      for (let cycle = window.first; cycle <= window.last; cycle++)
        for (const time of [10 * cycle, 10 * cycle + 5])
          expect(wordAt(ours, `two.${path}`, time), `${path} at ${time}`).toBe(
            wordAt(theirs, `TOP.bench.u_m0.${path}`, time),
          );
  });

  it('show the cycles that are asked for, and no others', async () => {
    const file = join(folder, 'part.vcd');
    const traced = await traceVerilog(subject, options, { first: 40, last: 60 }, file);
    expect(traced.ok).toBe(true);
    const part = readVcd(readFileSync(file, 'utf8'));
    const mine = readVcd(traceDesign(subject, options, { first: 40, last: 60 }, '0.0.0')!);
    for (const [dump, path] of [
      [part, 'TOP.bench.u_m0.y_o'],
      [mine, 'two.y_o'],
    ] as const) {
      const times = dump.get(path)!.map(({ time }) => time);
      expect(Math.min(...times)).toBe(400);
      expect(Math.max(...times)).toBeLessThanOrEqual(605);
      expect(wordAt(dump, path, 500)).toBe(wordAt(ours, 'two.y_o', 500));
    }
  });
});

describe('waves and activity of a simulation', () => {
  const design = built(hierarchy);
  const cycles = 40;
  const inputs = {
    a: Array.from({ length: cycles }, (_, t) => [((t * 37) % 256) - 128, t % 3]),
    b: Array.from({ length: cycles }, (_, t) => (t * t) % 100),
  };
  const rows = inputRows(design, inputs, 'in.json');
  if (!rows.ok) throw new Error('no rows');
  const dump = readVcd(simulationWaves(design, rows.value));
  const saif = simulationActivity(design, rows.value, 800);

  it('show outputs behind the latency of their inputs', () => {
    // The registers hold the product of the cycle before.
    for (let t = 1; t < cycles; t++) {
      const word = wordAt(dump, 'two.a_i', 10 * t);
      expect(BigInt.asIntN(8, word & 255n)).toBe(BigInt(inputs.a[t]![0]!));
      const products = [0, 1].map((k) => {
        const last = [...Array(t).keys()].reverse().find((s) => inputs.a[s]![k] !== 0);
        return last === undefined ? 0 : inputs.a[last]![k]! * inputs.b[last]!;
      });
      const y = BigInt.asIntN(17, wordAt(dump, 'two.y_o', 10 * (t + 2)));
      expect(y).toBe(BigInt(products[0]! + products[1]!));
    }
  });

  it('count what the waveform shows, bit by bit', () => {
    const duration = Number(/\(DURATION (\d+)\)/.exec(saif)![1]);
    expect(duration).toBe(800 * (cycles + 2));
    const found = readSaif(saif);
    expect(found.size).toBeGreaterThan(100);
    for (const [path, counts] of found) {
      if (path.endsWith('clk_i')) continue;
      const [, name, bit] = /^(.*?)(?:\[(\d+)\])?$/.exec(path)!;
      const bits = Array.from({ length: cycles + 2 }, (_, t) =>
        Number((wordAt(dump, name!, 10 * t) >> BigInt(bit ?? 0)) & 1n),
      );
      const ones = bits.filter((one) => one === 1).length;
      const toggles = bits.filter((one, t) => t > 0 && one !== bits[t - 1]).length;
      expect(counts, path).toEqual([duration - 800 * ones, 800 * ones, 0, toggles, 0]);
    }
  });

  it('name every bit of every signal of the waveform', () => {
    const names = new Set([...readSaif(saif).keys()].map((path) => path.replace(/\[\d+\]$/, '')));
    expect([...names].sort()).toEqual([...dump.keys()].sort());
  });
});

describe('activity', () => {
  it('of a design with streams has its instances', () => {
    const design = built(texts.sums);
    const rows = inputRows(design, { part_x: [1, 2], part_valid: [1, 1], y_ready: [1, 1] }, 'in.json');
    expect(rows.ok && [...readSaif(simulationActivity(design, rows.value, 1000)).keys()]).toEqual(
      expect.arrayContaining(['sums.part_x_i[7]', 'sums.u_datapath.acc_q[0]', 'sums.y_valid_o']),
    );
  });
});

/** The T0, T1, TX, TC and IG of every net, by its path. */
function readSaif(text: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const path: string[] = [];
  const kinds: string[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    const [, instance] = /^\(INSTANCE (\w+)$/.exec(line) ?? [];
    const [, net, ...counts] =
      /^\((\S+) \(T0 (\d+)\) \(T1 (\d+)\) \(TX (\d+)\) \(TC (\d+)\) \(IG (\d+)\)\)$/.exec(line) ?? [];
    if (instance !== undefined) {
      path.push(instance);
      kinds.push('instance');
    } else if (net !== undefined) {
      found.set([...path, net.replace(/\\/g, '')].join('.'), counts.map(Number));
    } else if (line === '(NET' || line === '(SAIFILE') kinds.push('section');
    else if (line === ')' && kinds.pop() === 'instance') path.pop();
  }
  if (kinds.length > 0) throw new Error('parentheses do not match');
  return found;
}
