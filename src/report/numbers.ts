import type { Cell } from './model.js';

/** A cell as people read it: numbers to five digits, beyond a million and below a thousandth as powers of ten. */
export function cellText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  return numberText(cell);
}

/** A number to five significant digits. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-3 || size >= 1e7)) return String(Number(value.toPrecision(5)).toExponential());
  return String(Number(value.toPrecision(5)));
}

/** A share of one as percent. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

/** How many there are of something: `1 cycle`, `2 cycles`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
