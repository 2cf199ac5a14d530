import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lint, verify } from '../../src/cosim/index.js';
import { formsOf, subjectsOf, wrapAxis, type Built } from '../../src/flow/index.js';
import type { Node } from '../../src/ir/index.js';
import { built, texts } from './designs.js';

const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(cache, { recursive: true }));

function wrapped(text: string): Built {
  const made = wrapAxis(built(text));
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

const names = ['pipelined', 'combinational', 'sums', 'joined'] as const;
const wrappers = new Map(names.map((name) => [name, wrapped(texts[name])] as const));
const subjects = names.map((name) => subjectsOf(wrappers.get(name)!)[0]!);
const verilator = spawnSync('verilator', ['--version']).status === 0;

describe('designs behind AXI4-Stream', () => {
  it.skipIf(!verilator)(
    'keep the laws of streams and all words under any stalls, under Verilator too',
    async () => {
      const made = await verify(subjects, { vectors: 12_000, seed: 4, verilator: true, cache });
      if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join());
      for (const { subject, first, compared } of made.value) {
        expect(first, subject).toBeUndefined();
        expect(compared['words'], subject).toBeGreaterThan(1000);
        expect(compared['verilator']).toBeGreaterThan(11_000);
      }
    },
  );

  it.skipIf(!verilator).each(names)('%s lints clean', async (name) => {
    expect(await lint(wrappers.get(name)!.emitted)).toEqual({ ok: true, value: [], diagnostics: [] });
  });

  it('put every port at a byte, from the lowest on', () => {
    const [into, out] = wrappers.get('pipelined')!.axis!.buses;
    expect(into).toMatchObject({ name: 's_axis', direction: 'in', tdataBits: 72, tlast: 'in_last' });
    expect(into!.fields.map(({ name, low, width }) => [name, low, width])).toEqual([
      ['a', 0, 32],
      ['b', 32, 32],
      ['take', 64, 1],
    ]);
    expect(out).toMatchObject({ name: 'm_axis', direction: 'out', tdataBits: 32, tlast: 'out_last' });
    expect(out!.fields.map(({ name, low, width }) => [name, low, width])).toEqual([
      ['y', 0, 24],
      ['odd', 24, 1],
    ]);
  });

  it('name the buses of several streams after them, take `last` for TLAST, leave other ports as they are', () => {
    const joined = wrappers.get('joined')!;
    expect(joined.axis!.buses.map(({ name }) => name)).toEqual([
      's_axis_x',
      's_axis_w',
      'm_axis_y',
      'm_axis_z',
    ]);
    expect(joined.emitted.ports.map(({ verilog }) => verilog)).toContain('shift_i');
    const [part, y] = wrappers.get('sums')!.axis!.buses;
    expect(part).toMatchObject({ tdataBits: 8, tlast: 'part_last' });
    expect(y).not.toHaveProperty('tlast');
  });

  it('say in the header where ports lie', () => {
    const { verilog } = wrappers.get('sums')!.emitted;
    const text = verilog.find(({ name }) => name === 'sums_axis.v')!.text;
    expect(text).toMatch(/^\/\/ {3}\[12:0\] +y +int\(13\); \[15:13\] repeat its sign$/m);
    expect(text).toContain('  input wire aclk,\n  input wire aresetn,\n  input wire [7:0] s_axis_tdata,\n');
  });

  it('have constraints for their own ports', () => {
    const { others } = wrappers.get('sums')!.emitted;
    const sdc = others.find(({ name }) => name === 'sums_axis.sdc')!.text;
    expect(sdc).toContain('[get_ports aclk]');
    expect(sdc).toMatch(/set_input_delay \$input_delay_ns -clock clk \[get_ports \{ aresetn s_axis_tdata /);
  });

  it('refuse what has no words, or cannot stand still', () => {
    const silent = wrapAxis(built('datapath silent() {\n  out y = 1\n}\n'));
    expect(silent.diagnostics.map(({ code }) => code)).toEqual(['cannot-wrap']);
    const { written } = built(texts.combinational);
    const [top] = written.modules;
    const memory = { name: 'table', width: 8, depth: 4, synchronous: true, contents: [] };
    const slow = formsOf({ ...written, modules: [{ ...top!, memories: [memory] }] });
    expect(wrapAxis(slow).diagnostics[0]!.message).toMatch(/`table` is a synchronous memory/);
  });

  /** How many mismatches there are with the wrapper's nodes changed. */
  async function broken(name: (typeof names)[number], turn: (node: Node) => Node): Promise<number> {
    const subject = subjects[names.indexOf(name)]!;
    const modules = subject.simplified.modules.map((module) =>
      module.name === `${name}_axis` ? { ...module, nodes: module.nodes.map(turn) } : module,
    );
    const simplified = { ...subject.simplified, modules };
    const wrong = { ...subject, simplified, written: simplified };
    const made = await verify([wrong], { vectors: 6000, seed: 4, verilator: false, cache });
    return made.ok ? made.value[0]!.mismatches : NaN;
  }

  it('are found out when a field lies at another place', async () => {
    expect(await broken('pipelined', (node) => node)).toBe(0);
    const moved = (node: Node): Node =>
      node.kind === 'slice' && node.low === 32 ? { ...node, low: 31 } : node;
    expect(await broken('pipelined', moved)).toBeGreaterThan(0);
  });

  it('are found out when a sign is not repeated', async () => {
    const unsigned = (node: Node): Node => (node.kind === 'extend' ? { ...node, signed: false } : node);
    expect(await broken('sums', (node) => node)).toBe(0);
    expect(await broken('sums', unsigned)).toBeGreaterThan(0);
  });
});
