import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  channelImage,
  chipContents,
  codeOf,
  combined,
  engineParameters,
  layOut,
  planOf,
  portsOf,
  scaledDown,
  type Board,
  type EmbeddingModel,
  type Plan,
  type Stored,
} from '../../src/hbm/index.js';
import {
  embeddingLookup,
  lookUp,
  lookupShape,
  parametersOf,
  type LookupMemory,
} from '../../src/ops/index.js';

const board: Board = {
  name: 'two',
  about: 'two channels',
  memories: [{ name: 'm', channels: 3, channelBytes: 65536, readNs: 100, timing: 'ddr4-2400', energy: null }],
  onChip: { banks: 1, bankBytes: 4096, readNs: 20 },
};

function model(elementBits: number): EmbeddingModel {
  const tables = [
    { name: 'a', rows: 12, columns: 3, lookups: 1 },
    { name: 'b', rows: 5, columns: 4, lookups: 1 },
    { name: 'c', rows: 70, columns: 21, lookups: 1 },
    { name: 'd', rows: 9, columns: 2, lookups: 3 },
    { name: 'e', rows: 6, columns: 5, lookups: 1 },
  ];
  return { name: 'five', elementBits, clockMhz: 200, tables };
}

function planned(of: EmbeddingModel, stored: readonly Stored[], homes: readonly (readonly number[])[]): Plan {
  expect(portsOf(board).map(({ name }) => name)).toEqual(['m0', 'm1', 'm2', 'chip0']);
  return planOf(of, board, { stored, homes, lookupNs: 0, bytes: 0 }, 'search');
}

function mixed(elementBits: number): Plan {
  const of = model(elementBits);
  const piece = (table: number, first: number, columns: number) => ({ table, first, columns });
  const stored = [
    combined(of, [piece(0, 0, 3), piece(1, 0, 4)]),
    combined(of, [piece(2, 0, 10)]),
    combined(of, [piece(2, 10, 11)]),
    combined(of, [piece(3, 0, 2)]),
    combined(of, [piece(4, 0, 5)]),
  ];
  return planned(of, stored, [[0], [0], [2], [2, 0], [3]]);
}

function codesFor({ model: { tables, elementBits } }: Plan): Float64Array[] {
  const source = random(4);
  const half = 2 ** (elementBits - 1);
  return tables.map(({ rows, columns }) =>
    Float64Array.from({ length: rows * columns }, () => source.below(2 * half) - half),
  );
}

/** What the images hold, as the reference of the engine reads them. */
function memoryOf(images: readonly Uint8Array[]): LookupMemory {
  return {
    bytes: (channel, address, count) =>
      [...images[channel]!.subarray(address, address + count)].reduceRight(
        (all, byte) => (all << 8n) | BigInt(byte),
        0n,
      ),
    fails: () => false,
  };
}

describe('images of channels', () => {
  it.each([8, 12, 16, 24, 31, 32])('give the rows of tables of %i bits through the engine', (elementBits) => {
    const plan = mixed(elementBits);
    const codes = codesFor(plan);
    const layout = layOut(plan);
    if (!layout.ok) throw new Error('no layout');
    // Channel m1 has no tables, and so the engine has no port for it.
    expect(layout.value.channels.map(({ port }) => port)).toEqual(['m0', 'm2']);
    const images = layout.value.channels.map((channel) => channelImage(plan, channel, codes));
    const given = engineParameters(plan, layout.value, chipContents(plan, layout.value, codes));
    const p = parametersOf(embeddingLookup, [], given);
    if (!p.ok) throw new Error(p.diagnostics.map(({ message }) => message).join('\n'));
    const slots = plan.model.tables.flatMap((table, at) => Array.from({ length: table.lookups }, () => at));
    const source = random(9);
    for (let item = 0; item < 50; item++) {
      const indices = slots.map((at) => source.below(plan.model.tables[at]!.rows));
      const due = slots.flatMap((at, slot) => {
        const { columns } = plan.model.tables[at]!;
        const row = codes[at]!.subarray(indices[slot]! * columns, (indices[slot]! + 1) * columns);
        return [...row].map((code) => BigInt.asUintN(elementBits, BigInt(code)));
      });
      const found = lookUp(lookupShape(p.value), memoryOf(images), indices.map(BigInt));
      expect(found.row).toEqual(due);
      expect(found.faults.some(Boolean)).toBe(false);
    }
  });

  it('have rows that cross no 4 KiB', () => {
    const layout = layOut(mixed(24));
    if (!layout.ok) throw new Error('no layout');
    for (const { base, strideBytes } of layout.value.channels.flatMap(({ tables }) => tables)) {
      expect(base % strideBytes).toBe(0);
      expect(4096 % strideBytes).toBe(0);
    }
  });

  it('say what has no room, and which rows are too long', () => {
    const of = model(32);
    const wide = { ...of, tables: [{ name: 'w', rows: 2, columns: 1500, lookups: 1 }] };
    const long = layOut(planned(wide, [combined(wide, [{ table: 0, first: 0, columns: 1500 }])], [[0]]));
    expect(long.diagnostics[0]?.message).toBe(
      'a row of table `w` takes 8192 bytes, and a burst at most 4096',
    );
    const full = { ...of, tables: [{ name: 'f', rows: 2100, columns: 5, lookups: 1 }] };
    const over = layOut(planned(full, [combined(full, [{ table: 0, first: 0, columns: 5 }])], [[1]]));
    expect(over.diagnostics[0]?.message).toBe(
      'the image of channel m1 takes 65.6 KiB, 1.63 KiB more than the channel holds',
    );
  });

  it('hold numbers rounded to the nearest, saturated', () => {
    expect([0.49, 0.5, 1.5, -0.5, -1.5, 200, -200].map((x) => codeOf(x, 8, 0))).toEqual([
      0, 0, 2, 0, -2, 127, -128,
    ]);
    expect(codeOf(0.75, 16, 8)).toBe(192);
  });

  it('of a plan cut down keep its structure', () => {
    const plan = scaledDown(mixed(16), 6);
    expect(plan.model.tables.map(({ rows }) => rows)).toEqual([6, 5, 6, 6, 6]);
    expect(plan.stored.map(({ rows }) => rows)).toEqual([30, 6, 6, 6, 6]);
    expect(plan.homes).toEqual(mixed(16).homes);
  });
});
