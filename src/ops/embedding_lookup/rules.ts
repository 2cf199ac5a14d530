import type { Diagnostic } from '../../base/index.js';
import type { Arguments } from '../../builder/index.js';
import { fixedOf, integerOf, listOf } from '../arguments.js';
import {
  columnRead,
  damagedReads,
  idleChannel,
  largeElement,
  noPower,
  unequalSlots,
  wrongContents,
  wrongPart,
} from './problems.js';
import { alignmentBytes, lookupShape, readsOf, strideBytes, type LookupShape, type Read } from './shape.js';

/** The longest row, in bytes: a burst must not cross 4 KiB. */
export const mostRowBytes = 4096;

const mostChannels = 256;

/** Rules between the parameters. */
export function rules(p: Arguments): readonly Diagnostic[] {
  const [rows, columns] = [listOf(p, 'rows'), listOf(p, 'columns')];
  const powers = ['data_bits', 'depth'].filter((name) => !Number.isInteger(Math.log2(integerOf(p, name))));
  const faults = powers.map((name) => noPower(name, integerOf(p, name)));
  if (rows.length !== columns.length) faults.push(unequalSlots(rows.length, columns.length));
  const reads = readsOf(listOf(p, 'reads'), rows);
  if (!reads) faults.push(damagedReads());
  if (faults.length > 0 || !reads) return faults;
  const broken = reads.flatMap((read, at) => partFaults(read, columns).map((what) => wrongPart(at, what)));
  if (broken.length > 0) return broken;
  const shape = lookupShape(p);
  return [
    ...reads.flatMap((read, at) => placeFaults(shape, read).map((what) => wrongPart(at, what))),
    ...coverage(shape),
    ...idleChannels(shape),
    ...contentsFaults(shape, fixedOf(p, 'element').width),
  ];
}

function partFaults({ port, base, parts }: Read, columns: readonly number[]): string[] {
  const wrong: string[] = [];
  if (port !== 'chip' && (port < 0 || port >= mostChannels)) wrong.push(`there is no channel ${port}`);
  if (base < 0) wrong.push(`its base ${base} is negative`);
  for (const { slot, first, columns: count } of parts)
    if (slot < 0 || slot >= columns.length) wrong.push(`an item has no index ${slot}`);
    else if (first < 0 || count < 1 || first + count > columns[slot]!)
      wrong.push(`index ${slot} has no columns ${first} to ${first + count - 1}`);
  return wrong;
}

/** What is wrong with where a table lies: beyond the addresses, not aligned, or in rows that are too long. */
function placeFaults(shape: LookupShape, { port, base, rows, columns }: Read): string[] {
  if (!Number.isSafeInteger(rows)) return ['its table has too many rows'];
  if (port === 'chip') return rows > 2 ** 20 ? [`${rows} rows are too many on the chip`] : [];
  const { width } = shape.element;
  const stride = strideBytes(columns, width);
  const unit = alignmentBytes(columns, width, shape.dataBits);
  const wrong: string[] = [];
  if (stride > mostRowBytes) wrong.push(`a row takes ${stride} bytes, and ${mostRowBytes} is the most`);
  if (base % unit !== 0) wrong.push(`its base ${base} is no multiple of ${unit}`);
  if (base + rows * stride > 2 ** shape.addressBits)
    wrong.push(`it ends beyond the ${shape.addressBits}-bit addresses`);
  return wrong;
}

function coverage({ slots, reads }: LookupShape): Diagnostic[] {
  return slots.flatMap(({ columns }, slot) => {
    const times = new Array<number>(columns).fill(0);
    for (const { parts } of reads)
      for (const part of parts)
        if (part.slot === slot) for (let k = 0; k < part.columns; k++) times[part.first + k]!++;
    const wrong = times.findIndex((count) => count !== 1);
    return wrong < 0 ? [] : [columnRead(slot, wrong, times[wrong]!)];
  });
}

function idleChannels({ channels, reads }: LookupShape): Diagnostic[] {
  const used = new Set(reads.map(({ port }) => port));
  return Array.from({ length: channels }, (_, channel) => channel)
    .filter((channel) => !used.has(channel))
    .map(idleChannel);
}

function contentsFaults({ reads, contents }: LookupShape, width: number): Diagnostic[] {
  const due = reads.reduce((sum, { port, rows, columns }) => sum + (port === 'chip' ? rows * columns : 0), 0);
  if (contents.length !== due) return [wrongContents(contents.length, due)];
  const large = contents.find((element) => element < -(2 ** (width - 1)) || element >= 2 ** width);
  return large === undefined ? [] : [largeElement(large, width)];
}
