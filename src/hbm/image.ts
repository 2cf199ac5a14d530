import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { NpyArray } from '../format/index.js';
import type { EngineLayout, LaidChannel } from './engine.js';
import type { Plan } from './plan.js';
import { noNumber, tooManyElements, wideElement, wideFraction, wrongShape } from './problems.js';
import { partRows } from './stored.js';
import type { EmbeddingModel, Table } from './tables.js';

/** The elements of a model's tables as the integers of their format, each table row by row. */
export type TableCodes = readonly Float64Array[];

/** The widest elements: every integer of so many bits is a number of JavaScript. */
const mostElementBits = 53;
/** Elements of all tables that are kept at a time. */
const mostElements = 2 ** 27;

/** What images cannot be made of: elements too wide, or tables too large. */
export function imageFaults(
  { tables, elementBits }: EmbeddingModel,
  fraction: number,
): readonly Diagnostic[] {
  const elements = tables.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  return [
    ...(elementBits > mostElementBits ? [wideElement(elementBits, mostElementBits)] : []),
    ...(fraction >= elementBits ? [wideFraction(fraction, elementBits)] : []),
    ...(elements > mostElements ? [tooManyElements(elements, mostElements)] : []),
  ];
}

/** The integer of a fixed-point format nearest to a number, of two the even one; the least or greatest where it is beyond. */
export function codeOf(value: number, elementBits: number, fraction: number): number {
  const scaled = value * 2 ** fraction;
  const floor = Math.floor(scaled);
  const over = scaled - floor;
  const up = over > 0.5 || (over === 0.5 && floor % 2 !== 0);
  const most = 2 ** (elementBits - 1);
  return Math.max(-most, Math.min(most - 1, up ? floor + 1 : floor));
}

/** The elements of a table that a NumPy array holds, as integers of the format. */
export function codesFrom(
  file: string,
  table: Table,
  { shape, data }: NpyArray,
  elementBits: number,
  fraction: number,
): Result<Float64Array> {
  if (shape.length !== 2 || shape[0] !== table.rows || shape[1] !== table.columns)
    return failure(wrongShape(file, shape, table));
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) return failure(noNumber(file, wrong));
  return success(Float64Array.from(data, (value) => codeOf(value, elementBits, fraction)));
}

/** What a channel holds from address 0 on: each row at its address, element 0 in the low bits, the rest zeros. */
export function channelImage(plan: Plan, channel: LaidChannel, codes: TableCodes): Uint8Array {
  const { model, stored } = plan;
  const bytes = new Uint8Array(channel.bytes);
  for (const { stored: at, base, strideBytes } of channel.tables) {
    const table = stored[at]!;
    for (let row = 0; row < table.rows; row++) {
      let bit = 8 * (base + row * strideBytes);
      forRow(plan, at, row, codes, (code) => {
        putCode(bytes, bit, code, model.elementBits);
        bit += model.elementBits;
      });
    }
  }
  return bytes;
}

/** The elements of the tables on the chip, as the engine takes them: those of each of its reads, row by row. */
export function chipContents(plan: Plan, { reads }: EngineLayout, codes: TableCodes): number[] {
  const contents: number[] = [];
  for (const { port, stored: at } of reads) {
    if (port !== 'chip') continue;
    for (let row = 0; row < plan.stored[at]!.rows; row++)
      forRow(plan, at, row, codes, (code) => contents.push(code));
  }
  return contents;
}

/** Hears the elements of a row of a stored table in their order. */
function forRow(
  { model, stored }: Plan,
  at: number,
  row: number,
  codes: TableCodes,
  hear: (code: number) => void,
): void {
  const table = stored[at]!;
  const rows = partRows(model, table, row);
  table.parts.forEach(({ table: from, first, columns }, part) => {
    const start = rows[part]! * model.tables[from]!.columns + first;
    for (let column = 0; column < columns; column++) hear(codes[from]![start + column]!);
  });
}

/** Writes the low `width` bits of an integer from a bit on; the place holds zeros. */
export function putCode(bytes: Uint8Array, bit: number, code: number, width: number): void {
  let rest = code;
  let left = width;
  let at = bit;
  while (left > 0) {
    const shift = at % 8;
    const count = Math.min(left, 8 - shift);
    const scale = 2 ** count;
    const part = ((rest % scale) + scale) % scale;
    bytes[(at - shift) / 8]! |= part << shift;
    rest = (rest - part) / scale;
    left -= count;
    at += count;
  }
}
