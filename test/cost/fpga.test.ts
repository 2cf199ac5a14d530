import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fpgaCostOf } from '../../src/cost/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { parseFpgaFamily, type FpgaFamily } from '../../src/synth/index.js';

function family(name: string): FpgaFamily {
  const file = `tech/fpga/${name}.json`;
  const read = parseFpgaFamily(file, readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(read.diagnostics[0]!.message);
  return read.value;
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
  reg product: int(16) = a * b
  out y = product
  out z = sum
}
`;
    const loaded = loadDesign(text, 't.dp');
    const built = loaded.ok ? buildDesign(loaded.value[0]!, {}) : loaded;
    if (!built.ok) throw new Error(built.diagnostics[0]!.message);
    const files = Object.fromEntries(built.value.emitted.verilog.map((file) => [file.name, file.text]));
    const cost = await fpgaCostOf({ files, top: 't' }, family('ice40'));
    if (!cost.ok) throw new Error(cost.diagnostics[0]!.message);
    const { lut, ff, carry, dsp, bram, cellTypes, sources } = cost.value;
    // The multiplier and the register behind it are one block; the sum is a LUT, a carry and a flip-flop a bit.
    expect({ dsp, bram }).toEqual({ dsp: 1, bram: 0 });
    expect(ff + (cellTypes['SB_MAC16'] === 1 ? 16 : 0)).toBeGreaterThanOrEqual(28);
    expect(lut).toBeGreaterThanOrEqual(12);
    expect(carry).toBeGreaterThanOrEqual(10);
    expect(lut).toBeLessThan(60);
    expect(sources.every(({ origin }) => origin === 'synthesised')).toBe(true);
    const kinds = Object.values(cellTypes).reduce((sum, count) => sum + count, 0);
    expect(kinds).toBe(lut + ff + carry + dsp);
  }, 60_000);

  it('of what no tool can build is told', async () => {
    const made = await fpgaCostOf({ files: { 't.v': 'module t; broken' }, top: 't' }, family('ice40'));
    expect(made.ok).toBe(false);
  }, 60_000);
});
