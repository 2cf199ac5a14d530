import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/format/index.js';
import {
  independentFlips,
  levelAtVoltage,
  mapFaults,
  mapRate,
  parseFaultMap,
  reads,
  type FaultMap,
} from '../../src/robust/index.js';

const rows = 4;
const columns = 8;
const { effect } = independentFlips;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const messages = (text: string): readonly string[] =>
  parseFaultMap('map.csv', bytes(text), rows, columns).diagnostics.map(({ message }) => message);

function mapOf(text: string): FaultMap {
  const read = parseFaultMap('map.csv', bytes(text), rows, columns);
  if (!read.ok) throw new Error(read.diagnostics[0]!.message);
  return read.value;
}

const csv = 'address,bit,threshold\n3,7,0.9\n0,0,0.85\n\n# measured at 25 °C\n1,2,0.8\n';

describe('a map of measured cells', () => {
  it('is read from CSV in any order, with a heading, comments and empty lines', () => {
    const map = mapOf(csv);
    expect([...map.addresses]).toEqual([0, 10, 31]);
    expect([...map.thresholds]).toEqual([0.85, 0.8, 0.9]);
    expect(mapOf(csv.replaceAll('\n', '\r\n'))).toEqual(map);
  });

  it('is read from a NumPy array of n × 3', () => {
    const data = Float64Array.of(3, 7, 0.9, 0, 0, 0.85, 1, 2, 0.8);
    const file = writeNpy({ shape: [3, 3], data });
    const read = parseFaultMap('map.npy', file, rows, columns);
    expect(read.ok && read.value).toEqual(mapOf(csv));
    const flat = writeNpy({ shape: [9], data });
    expect(parseFaultMap('map.npy', flat, rows, columns).diagnostics[0]!.message).toMatch(/\(9\).*\(n, 3\)/);
  });

  it.each([
    ['4,0,0.9', 'line 1: the address is 4, and the array has 4 words'],
    ['-1,0,0.9', 'line 1: the address is -1'],
    ['0.5,0,0.9', 'line 1: the address is 0.5'],
    ['0,8,0.9', 'line 1: the bit is 8, and a word has 8 bits'],
    ['0,0,', 'line 1: the threshold is no number'],
    ['0,0', 'line 1: the threshold is no number'],
    ['0,0,0.9,1', 'line 1: the threshold is no number'],
    ['0,zero,0.9', 'line 1: the bit is NaN'],
    ['0,0,0.9\n0,0,0.8', 'line 2: word 0, bit 0 stands there before'],
    ['address,bit,threshold', 'it names no cell'],
  ])('that says %s is refused', (text, message) => {
    expect(messages(text)[0]).toContain(message);
  });

  it('tells all its faults, each with its line', () => {
    expect(messages('9,0,0.9\n0,0,0.9\n0,9,0.9')).toEqual([
      expect.stringContaining('line 1'),
      expect.stringContaining('line 3'),
    ]);
  });
});

describe('faults of a map', () => {
  const map = mapOf(csv);
  const failing = (chip: number, voltage: number, cells = rows * columns): number[] => {
    const { addresses, levels } = mapFaults(map, effect, cells, 1, chip);
    return [...addresses].filter((_, i) => levels[i]! < levelAtVoltage(voltage));
  };

  it('fail below their threshold, not at it', () => {
    expect(failing(0, 0.9)).toEqual([]);
    expect(failing(0, 0.8999)).toEqual([31]);
    expect(failing(0, 0.85)).toEqual([31]);
    expect(failing(0, 0.8)).toEqual([0, 31]);
    expect(failing(0, 0.79)).toEqual([0, 10, 31]);
    for (const voltage of [0.9, 0.85, 0.8, 0.7])
      expect(mapRate(map, voltage)).toBe(failing(0, voltage).length / (rows * columns));
  });

  it('begin at a word of each chip, and go round', () => {
    const starts = new Set(
      Array.from({ length: 40 }, (_, chip) => {
        const found = failing(chip, 0.7);
        const start = Array.from({ length: rows }, (_, word) => word * columns).find(
          (from) =>
            found.join() ===
            [0, 10, 31]
              .map((cell) => (cell - from + 32) % 32)
              .sort((a, b) => a - b)
              .join(),
        );
        expect(start).toBeDefined();
        return start;
      }),
    );
    expect(starts.size).toBe(rows);
  });

  it('come again in every array of a longer memory, and end with a shorter one', () => {
    const once = failing(5, 0.7);
    expect(failing(5, 0.7, 64)).toEqual([...once, ...once.map((address) => address + 32)]);
    expect(failing(5, 0.7, 9)).toEqual(once.filter((address) => address < 9));
    expect(failing(5, 0.7, 41)).toEqual([
      ...once,
      ...once.map((address) => address + 32).filter((a) => a < 41),
    ]);
  });

  it('of a stuck cell are the same wherever the memory begins', () => {
    const stuck = { kind: 'stuck', ones: 0.5 } as const;
    const many: FaultMap = {
      rows,
      columns,
      addresses: Uint32Array.from({ length: 32 }, (_, i) => i),
      thresholds: new Float64Array(32).fill(1),
    };
    const effects = [0, 1, 2, 3].map((chip) => {
      const { addresses, effects } = mapFaults(many, stuck, 32, 1, chip);
      expect([...addresses]).toEqual([...many.addresses]);
      return [...effects].join('');
    });
    for (const one of effects) expect((one + one).includes(effects[0]!)).toBe(true);
    expect(new Set(effects[0])).toEqual(new Set([`${reads.zero}`, `${reads.one}`]));
  });
});
