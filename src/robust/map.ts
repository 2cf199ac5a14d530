import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { readNpy } from '../format/index.js';
import { effectOf, type ChipFaults, type FaultModel } from './faults.js';
import { bitsByAddress } from './hash.js';
import { badMap } from './problems.js';

/** Cells of an array that were seen to fail: each at supply voltages below a threshold of its own. */
export interface FaultMap {
  /** of the array; a row is a word */
  readonly rows: number;
  readonly columns: number;
  /** word · columns + bit, rising */
  readonly addresses: Uint32Array;
  /** of each of these cells, in the curve's unit */
  readonly thresholds: Float64Array;
}

/** A cell as the file has it, and where. */
interface Entry {
  readonly at: string;
  readonly address: number;
  readonly bit: number;
  readonly threshold: number;
}

const mostTold = 20;

/**
 * Reads a measured map: lines `address,bit,threshold` of CSV, of which the first may be a heading, or a NumPy array of
 * n × 3. Address counts the array's words, bit 0 is a word's lowest.
 *
 * @returns the map, or a diagnostic for each cell that lies outside the array, stands twice, or has no number
 */
export function parseFaultMap(
  file: string,
  bytes: Uint8Array,
  rows: number,
  columns: number,
): Result<FaultMap> {
  const read = /\.npy$/i.test(file) ? entriesOfNpy(file, bytes) : entriesOfCsv(bytes);
  if (!read.ok) return read;
  const wrong: Diagnostic[] = [];
  const bad = (at: string, why: string): unknown => wrong.push(badMap(file, at, why));
  const cells = new Map<number, number>();
  for (const { at, address, bit, threshold } of read.value) {
    const cell = address * columns + bit;
    if (!Number.isInteger(address) || address < 0 || address >= rows)
      bad(at, `the address is ${address}, and the array has ${rows} words`);
    else if (!Number.isInteger(bit) || bit < 0 || bit >= columns)
      bad(at, `the bit is ${bit}, and a word has ${columns} bits`);
    else if (!Number.isFinite(threshold)) bad(at, `the threshold is no number`);
    else if (cells.has(cell)) bad(at, `word ${address}, bit ${bit} stands there before`);
    else cells.set(cell, threshold);
  }
  if (read.value.length === 0) bad('', 'it names no cell');
  if (wrong.length > 0) return failure(...wrong.slice(0, mostTold));
  const sorted = [...cells].sort(([a], [b]) => a - b);
  return success({
    ...{ rows, columns },
    addresses: Uint32Array.from(sorted, ([cell]) => cell),
    thresholds: Float64Array.from(sorted, ([, threshold]) => threshold),
  });
}

function entriesOfCsv(bytes: Uint8Array): Result<Entry[]> {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const entries = lines.flatMap((line, i): Entry[] => {
    const fields = line.split(',').map((field) => field.trim());
    const isHeading = i === 0 && fields.every((field) => /^[a-z]/i.test(field));
    if (line.trim() === '' || line.startsWith('#') || isHeading) return [];
    const [address, bit, threshold] = fields.map((field) => (field === '' ? NaN : Number(field)));
    const whole = fields.length === 3 ? threshold! : NaN;
    return [{ at: `line ${i + 1}`, address: address!, bit: bit ?? NaN, threshold: whole }];
  });
  return success(entries);
}

function entriesOfNpy(file: string, bytes: Uint8Array): Result<Entry[]> {
  const array = readNpy(file, bytes);
  if (!array.ok) return array;
  const { shape, data } = array.value;
  if (shape.length !== 2 || shape[1] !== 3)
    return failure(badMap(file, '', `its shape is (${shape.join(', ')}), and should be (n, 3)`));
  return success(
    Array.from({ length: shape[0]! }, (_, i) => ({
      ...{ at: `row ${i}`, address: data[3 * i]!, bit: data[3 * i + 1]!, threshold: data[3 * i + 2]! },
    })),
  );
}

/** The share of the array's cells that fail at a voltage: those whose threshold is above. */
export function mapRate({ rows, columns, thresholds }: FaultMap, voltage: number): number {
  return thresholds.reduce((sum, threshold) => sum + (threshold > voltage ? 1 : 0), 0) / (rows * columns);
}

/** The level at which `readFaulty` sees what fails at a voltage. */
export function levelAtVoltage(voltage: number): number {
  return -voltage;
}

/**
 * The faults of a memory that lies in arrays with this map, one array behind the other. Chip 0 begins at the array's
 * word 0, every other at a word of its own that the seed chooses, and goes round: so one measured array gives many
 * placements, as in D. Stutz et al., MLSys 2021. They are placements on one array, not many arrays.
 *
 * @param cells how many bits the memory has
 */
export function mapFaults(
  map: FaultMap,
  effect: FaultModel['effect'],
  cells: number,
  seed: number,
  chip: number,
): ChipFaults {
  const size = map.rows * map.columns;
  const start = chip === 0 ? 0 : (bitsByAddress(seed, 0, placement)(chip) % map.rows) * map.columns;
  const from = map.addresses.findIndex((address) => address >= start);
  const order = Array.from(map.addresses, (_, i) => (Math.max(from, 0) + i) % map.addresses.length);
  const found: { readonly address: number; readonly cell: number }[] = [];
  for (let base = 0; base < cells; base += size)
    for (const cell of order) {
      const address = base + ((map.addresses[cell]! - start + size) % size);
      if (address < cells) found.push({ address, cell });
    }
  const value = effectOf(effect, seed, 0);
  return {
    addresses: Uint32Array.from(found, ({ address }) => address),
    levels: Float64Array.from(found, ({ cell }) => levelAtVoltage(map.thresholds[cell]!)),
    effects: Uint8Array.from(found, ({ cell }) => value(map.addresses[cell]!)),
  };
}

/** A stream of random numbers beside those of `chipFaults`. */
const placement = 4;
