import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import { changesOf, fpgaCostOf } from '../../src/cost/index.js';
import { buildDesign, type Built } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { fpgaPowerOf } from '../../src/cost/fpga-power.js';
import { harnessOf } from '../../src/synth/fpga-harness.js';
import { parseFpgaFamily, type FpgaFamily } from '../../src/synth/index.js';

function family(name: string): FpgaFamily {
  const file = `tech/fpga/${name}.json`;
  const read = parseFpgaFamily(file, readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(read.diagnostics[0]!.message);
  return read.value;
}

const place = family('ice40').place!;

/** The text of a family with something else in it. */
function changed(parts: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...family('ice40'), kind: 'fpga', ...parts });
}

function builtOf(text: string, given: Parameters<typeof buildDesign>[1] = {}): Built {
  const loaded = loadDesign(text, 't.dp');
  const built = loaded.ok ? buildDesign(loaded.value[0]!, given) : loaded;
  if (!built.ok) throw new Error(built.diagnostics[0]!.message);
  return built.value;
}

function sourceOf({ emitted }: Built) {
  return {
    files: Object.fromEntries(emitted.verilog.map((file) => [file.name, file.text])),
    top: emitted.top,
  };
}

describe('FPGA families', () => {
  it.each(readdirSync('tech/fpga'))('%s can be read', (file) => {
    expect(family(file.replace('.json', '')).lutInputs).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ['not JSON', '{', 'JSON'],
    ['null', 'null', '`kind` must be "fpga"'],
    ['a standard-cell technology', '{"kind": "asic"}', '`kind` must be "fpga"'],
    [
      'a command that is no synthesis',
      JSON.stringify({ ...family('ice40'), kind: 'fpga', command: 'exec -x; shell' }),
      '`command` must be a synth command',
    ],
    [
      'missing cells',
      JSON.stringify({ ...family('ice40'), kind: 'fpga', cells: { lut: ['LUT4'] } }),
      '`cells.ff` must be a list',
    ],
    [
      'changes that are in no order',
      changed({ power: { ...family('ice40').power, quietChanges: 1 } }),
      '`power.busyChanges`',
    ],
    [
      'a current that is none',
      changed({ power: { ...family('ice40').power, staticUa: -1 } }),
      '`power.staticUa`',
    ],
    ['a label with more behind it', changed({ chains: 'coarse; shell' }), '`chains` must be a label'],
    [
      'another program as placer',
      changed({ place: { ...place, tool: 'rm' } }),
      '`place.tool` must be a nextpnr',
    ],
    [
      'a placer that is told no list',
      changed({ place: { ...place, flags: '--up5k' } }),
      '`place.flags` must be',
    ],
    [
      'a placer without a device',
      changed({ place: { ...place, device: undefined } }),
      '`place.device` must be a string',
    ],
    [
      'a placer with a command that is no synthesis',
      changed({ place: { ...place, command: 'shell ls' } }),
      '`place.command` must be a synth command',
    ],
  ])('%s is refused', (_, text, message) => {
    const read = parseFpgaFamily('family.json', text);
    expect(read.ok).toBe(false);
    expect(read.diagnostics[0]!.message).toContain(message);
  });
});

describe('what a design takes up of an FPGA', () => {
  it('is counted by kinds of cells', async () => {
    const text = `datapath t {
  in a: int(8)
  in b: int(8)
  in c: uint(12)
  reg sum: uint(12) = wrap(sum + c, to: uint(12))
  in d: int(8)
  reg product: int(16) = a * b
  reg other: int(16) = a * d
  out y = product + other
  out z = sum
}
`;
    const cost = await fpgaCostOf(sourceOf(builtOf(text)), family('ice40'));
    if (!cost.ok) throw new Error(cost.diagnostics[0]!.message);
    const { lut, ff, carry, dsp, bram, cellTypes, sources } = cost.value;
    // Each multiplier is a block, and the sum of both none of theirs; a sum is a LUT and a carry a bit.
    expect({ dsp, bram }).toEqual({ dsp: 2, bram: 0 });
    expect(ff + (cellTypes['SB_MAC16'] === 2 ? 32 : 0)).toBeGreaterThanOrEqual(44);
    expect(lut).toBeGreaterThanOrEqual(12 + 16);
    expect(carry).toBeGreaterThanOrEqual(10);
    expect(lut).toBeLessThan(60);
    expect(sources.every(({ origin }) => origin === 'synthesised')).toBe(true);
    const kinds = Object.values(cellTypes).reduce((sum, count) => sum + count, 0);
    expect(kinds).toBe(lut + ff + carry + dsp);
  }, 600_000);

  it('of what no tool can build is told', async () => {
    const made = await fpgaCostOf({ files: { 't.v': 'module t; broken' }, top: 't' }, family('ice40'));
    expect(made.ok).toBe(false);
  }, 600_000);

  it('is half as many blocks where products share them, and no sum is a tree of LUTs', async () => {
    const built = builtOf(readFileSync('examples/dot-packed.dp', 'utf8'), { lanes: 4, stages: 0 });
    const cost = await fpgaCostOf(sourceOf(built), family('xcup'));
    if (!cost.ok) throw new Error(cost.diagnostics[0]!.message);
    const { dsp, lut, mux } = cost.value;
    expect({ dsp, mux }).toEqual({ dsp: 4, mux: 0 });
    // a carry chain of some forty bits for each block but one, nine LUTs for each pair of factors, and the correction
    expect(lut).toBeLessThan(5 * 40 + 4 * 18);
  }, 600_000);
});

describe('a circuit between registers', () => {
  const ports = [
    { verilog: 'a_i', direction: 'input', width: 8 },
    { verilog: 'b_i', direction: 'input', width: 3 },
    { verilog: 'y_o', direction: 'output', width: 5 },
    { verilog: 'z_o', direction: 'output', width: 1 },
  ] as const;

  it('has all its ports there, and no others', () => {
    const { text, flipFlops, file, top } = harnessOf('t', { data: ports, clock: 'clk_i', reset: 'rst_ni' });
    expect([...text.matchAll(/\.(\w+)\(([^)]+)\)/g)].map(([, port, to]) => `${port} ${to}`)).toEqual([
      'clk_i clk',
      'rst_ni rst_n',
      'a_i drive_q[7:0]',
      'b_i drive_q[10:8]',
      'y_o heard[4:0]',
      'z_o heard[5:5]',
    ]);
    expect({ flipFlops, file, top }).toEqual({
      flipFlops: 11 + 2 * 6,
      file: 't_between_registers.v',
      top: 't_between_registers',
    });
    expect(harnessOf('t', { data: ports }).text).not.toContain('.clk');
  });
});

describe('power by measured currents', () => {
  const measured = family('ice40').power!;
  const at = (cells: number, clockMhz: number, changes?: number) => {
    const used = { ICESTORM_LC: { used: cells + 10, available: 5280 } };
    const placed = { device: '', tool: '', note: '', runs: [], used, harnessFf: 10 };
    return fpgaPowerOf(placed, measured, clockMhz, changes);
  };
  const counter = (name: string, width: number, by: number): string =>
    `  reg ${name}: uint(${width}) = wrap(${name} + ${by}, to: uint(${width}))\n`;
  const counted = (body: string): number => changesOf(builtOf(`datapath t {\n${body}}\n`).optimised);

  it.each([
    // counters of 28 bits on an outer clock, of which few bits change: core current in uA
    [32, 12, 613.5, 0.001],
    [116, 12, 624.2, 0.002],
    [228, 12, 641.3, 0.001],
    // counters of 24 bits on the inner oscillator
    [28, 48, 2184, 0.006],
    [28, 24, 1162, 0.02],
    [28, 12, 645, 0.055],
    [28, 6, 388.4, 0.11],
  ])('%i quiet cells at %d MHz', (cells, clockMhz, currentUa, error) => {
    const due = measured.supplyV * currentUa;
    const { quietUw, staticUw } = at(cells, clockMhz);
    expect(Math.abs(quietUw / due - 1)).toBeLessThan(error + 0.003);
    expect(staticUw).toBe(104);
  });

  it('is that of a multiplier in LUTs where all cells are busy', () => {
    const [all, counter] = [at(180, 12), at(0, 12)];
    expect((all.busyUw - counter.busyUw) / measured.supplyV).toBeCloseTo(996 - 645, -1);
    expect(all.cells).toBe(180);
  });

  it('counts the changes of the two designs that were measured', () => {
    const quiet = counted(`${counter('c', 28, 1)}  out y = c\n`);
    expect(quiet / 28).toBeCloseTo(measured.quietChanges, 2);
    const busy = counted(`${counter('c', 8, 3)}${counter('d', 8, 5)}  out y = c * d\n`);
    expect(busy / 180).toBeCloseTo(measured.busyChanges, 2);
  });

  it('of random words lies where changes are between the quiet and the busy cell, and not beyond', () => {
    const { quietChanges, busyChanges } = measured;
    const of = (changes: number) => at(100, 20, 100 * changes);
    const { quietUw, busyUw } = at(100, 20);
    expect(of(quietChanges).randomUw).toBe(quietUw);
    expect(of(busyChanges).randomUw).toBe(busyUw);
    expect(of((quietChanges + busyChanges) / 2).randomUw).toBeCloseTo((quietUw + busyUw) / 2, -1);
    expect([of(0).randomUw, of(2).randomUw]).toEqual([quietUw, busyUw]);
    expect(at(100, 20).randomUw).toBeUndefined();
  });
});

describe('placing and routing', () => {
  const text = `datapath t {
  in a: int(8)
  in b: int(8)
  out y = a * b
}
`;
  const built = builtOf(text);
  const around = { data: built.emitted.ports };

  it('is told where nothing does it', async () => {
    const made = await fpgaCostOf(sourceOf(built), family('xcup'), { place: { ports: around, seeds: [1] } });
    expect(made.diagnostics.map(({ code }) => code)).toEqual(['not-placed']);
  });

  it('is told where the tool is not there', async () => {
    const without = { ...family('ice40'), place: { ...place, tool: 'nextpnr-nowhere' } };
    const made = await fpgaCostOf(sourceOf(built), without, { place: { ports: around, seeds: [1] } });
    expect(made.diagnostics[0]).toMatchObject({
      code: 'tool-missing',
      hint: 'install it, as by `apt-get install nextpnr-ice40`, or leave out `--place`',
    });
  }, 600_000);

  describe.skipIf(spawnSync('nextpnr-ice40', ['--version']).error !== undefined)('with nextpnr', () => {
    it('gives a frequency for each seed, the middle one of which counts', async () => {
      const asked = { place: { ports: around, seeds: [3, 1, 2, 3] }, clockPs: 10_000 };
      const made = await fpgaCostOf(sourceOf(built), family('ice40'), asked);
      if (!made.ok) throw new Error(made.diagnostics[0]!.message);
      const { placed, power, fmaxMhz, delayPs, clock, sources } = made.value;
      const { runs, used, harnessFf } = placed!;
      expect(runs.map(({ seed }) => seed)).toEqual([3, 1, 2, 3]);
      expect(runs[0]).toEqual(runs[3]);
      const sorted = runs.map((run) => run.fmaxMhz!).sort((x, y) => x - y);
      expect(fmaxMhz).toBe(sorted[1]);
      expect(delayPs).toBe(Math.round(1e6 / fmaxMhz!));
      // a product of 8 bits in LUTs of this device: tens of MHz, so that 100 MHz are missed
      expect(fmaxMhz).toBeGreaterThan(20);
      expect(clock).toEqual({ targetPs: 10_000, slackPs: 10_000 - delayPs!, met: false });
      for (const { fmaxMhz: mhz, cellsPs, wiresPs } of runs)
        expect(Math.abs(cellsPs + wiresPs - 1e6 / mhz!)).toBeLessThan(50);
      expect(harnessFf).toBe(16 + 2 * 16);
      expect(used['ICESTORM_LC']!.used).toBeGreaterThan(harnessFf + 60);
      expect(power).toMatchObject({ clockMhz: fmaxMhz, cells: used['ICESTORM_LC']!.used - harnessFf });
      expect(used['ICESTORM_DSP']).toBeUndefined();
      expect(sources.find(({ figure }) => figure === 'fmaxMhz')).toMatchObject({ origin: 'placed' });
    }, 600_000);

    it('tells what does not fit', async () => {
      const small = { ...place, device: 'iCE40LP384, package QN32', flags: ['--lp384', '--package', 'qn32'] };
      const wide = 'module wide (input wire [399:0] a, output wire y); assign y = ^a; endmodule';
      const data = [
        { verilog: 'a', direction: 'input', width: 400 },
        { verilog: 'y', direction: 'output', width: 1 },
      ] as const;
      const made = await fpgaCostOf(
        { files: { 'wide.v': wide }, top: 'wide' },
        { ...family('ice40'), place: small },
        { place: { ports: { data }, seeds: [1] } },
      );
      expect(made.diagnostics[0]).toMatchObject({ code: 'placing-failed' });
      expect(made.diagnostics[0]!.message).toContain('iCE40LP384');
    }, 600_000);
  });
});
