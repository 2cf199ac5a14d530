import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { failure, success, type Result } from '../../base/index.js';
import { damagedData } from './problems.js';

/** Records of an idx file, the format of the MNIST database: a header, then the numbers in row-major order. */
export interface IdxRecords {
  /** sizes of one record's dimensions; none for plain bytes */
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

const unsignedByte = 8;

/**
 * Reads the records at `positions` (rising) of an idx file of unsigned bytes, and nothing else of it.
 * A file that is not such a file, is shorter than its header says, or has fewer records is a fault.
 */
export function readIdx(path: string, positions: readonly number[]): Result<IdxRecords> {
  if (!existsSync(path)) return failure(damagedData(path, 'it is not there'));
  const file = openSync(path, 'r');
  try {
    const sizes = header(file);
    if (!sizes) return failure(damagedData(path, 'it is not an idx file of unsigned bytes'));
    const [records = 0, ...dims] = sizes;
    const size = dims.reduce((product, n) => product * n, 1);
    const start = 4 + 4 * sizes.length;
    if (fstatSync(file).size < start + records * size) return failure(damagedData(path, 'it is cut short'));
    const last = positions.at(-1) ?? -1;
    if (last >= records) return failure(damagedData(path, `it has ${records} records, not ${last + 1}`));
    return success({ dims, data: readRecords(file, start, size, positions) });
  } finally {
    closeSync(file);
  }
}

/** The sizes of the dimensions; undefined if the first four bytes are not 0, 0, 8 and a number of dimensions. */
function header(file: number): number[] | undefined {
  const magic = Buffer.alloc(4);
  if (readSync(file, magic, 0, 4, 0) < 4 || magic.readUInt16BE(0) !== 0 || magic[2] !== unsignedByte) {
    return undefined;
  }
  const count = magic[3]!;
  const sizes = Buffer.alloc(4 * count);
  if (count === 0 || readSync(file, sizes, 0, sizes.length, 4) < sizes.length) return undefined;
  return Array.from({ length: count }, (_, i) => sizes.readUInt32BE(4 * i));
}

/** Neighbouring records are read together. */
function readRecords(file: number, start: number, size: number, positions: readonly number[]): Uint8Array {
  const data = new Uint8Array(positions.length * size);
  for (let i = 0; i < positions.length;) {
    let end = i + 1;
    while (end < positions.length && positions[end] === positions[end - 1]! + 1) end++;
    readSync(file, data, i * size, (end - i) * size, start + positions[i]! * size);
    i = end;
  }
  return data;
}
