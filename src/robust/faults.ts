import { addressesBelow, bitsByAddress } from './hash.js';

/** How a memory's cells fail. */
export interface FaultModel {
  /** a faulty cell gives the other bit, or always 1 with the chance `ones` and else always 0 */
  readonly effect: { readonly kind: 'flip' } | { readonly kind: 'stuck'; readonly ones: number };
  /**
   * Shares of the errors that come as whole rows and as whole columns of an array, 0 to 1 and together at most 1; the
   * rest are single cells.
   */
  readonly rowShare: number;
  readonly columnShare: number;
  /** rows and columns of an SRAM array; a row is a word */
  readonly rows: number;
  readonly columns: number;
}

/** Single cells, each by itself, in arrays of 512 words of 64 bits. */
export const independentFlips: FaultModel = {
  effect: { kind: 'flip' },
  rowShare: 0,
  columnShare: 0,
  rows: 512,
  columns: 64,
};

/** What a faulty cell gives: 0, 1, or the bit that is not stored in it. */
export const reads = { zero: 0, one: 1, other: 2 } as const;

/**
 * The cells of one chip that fail at all, in the order of their addresses. A cell fails at the level `at` if its own
 * level is below: so what fails at one level fails at all higher ones. Levels are bit error rates; of measured maps,
 * voltages below the nominal one.
 */
export interface ChipFaults {
  readonly addresses: Uint32Array;
  readonly levels: Float64Array;
  /** one of `reads` for each */
  readonly effects: Uint8Array;
}

/** The most bits that a memory may have. */
export const mostCells = 2 ** 32;

const streams = { cell: 0, row: 1, column: 2, value: 3 } as const;

/**
 * The faults of a chip. A bit of the memory is wrong with probability p exactly, for every p up to `mostRate`: by
 * itself with 1 − (1 − p)^s, through its row with 1 − (1 − p)^r and through its column with 1 − (1 − p)^c, where
 * r + c + s = 1 are the shares. (With `stuck`, a faulty cell is only wrong where it holds the other bit.)
 *
 * @param cells how many bits the memory has, below 2^32
 */
export function chipFaults(
  cells: number,
  model: FaultModel,
  seed: number,
  chip: number,
  mostRate: number,
): ChipFaults {
  const levelOf = levels(cells, model, seed, chip);
  const areSingle = model.rowShare === 0 && model.columnShare === 0;
  const addresses = areSingle
    ? addressesBelow([seed, chip, streams.cell], cells, mostRate * 2 ** 32, Math.ceil(1.1 * cells * mostRate))
    : Uint32Array.from(failing(cells, levelOf, mostRate));
  const value = effectOf(model.effect, seed, chip);
  return {
    addresses,
    levels: Float64Array.from(addresses, levelOf),
    effects: Uint8Array.from(addresses, value),
  };
}

function* failing(cells: number, levelOf: (address: number) => number, most: number): Generator<number> {
  for (let address = 0; address < cells; address++) if (levelOf(address) < most) yield address;
}

function levels(cells: number, model: FaultModel, seed: number, chip: number): (address: number) => number {
  const { rowShare, columnShare, rows, columns } = model;
  const words = Math.ceil(cells / columns);
  const own = leveller(bitsByAddress(seed, chip, streams.cell), 1 - rowShare - columnShare);
  const row = leveller(bitsByAddress(seed, chip, streams.row), rowShare);
  const column = leveller(bitsByAddress(seed, chip, streams.column), columnShare);
  const ofRows = Float64Array.from({ length: rowShare > 0 ? words : 0 }, (_, word) => row(word));
  const lines = columnShare > 0 ? Math.ceil(words / rows) * columns : 0;
  const ofColumns = Float64Array.from({ length: lines }, (_, line) => column(line));
  return (address) => {
    const word = Math.floor(address / columns);
    const line = Math.floor(word / rows) * columns + (address % columns);
    return Math.min(own(address), ofRows[word] ?? Infinity, ofColumns[line] ?? Infinity);
  };
}

/** From what rate on something fails that carries a share of the errors. */
function leveller(bits: (at: number) => number, share: number): (at: number) => number {
  if (share <= 0) return () => Infinity;
  if (share === 1) return (at) => bits(at) / 2 ** 32;
  return (at) => 1 - (1 - bits(at) / 2 ** 32) ** (1 / share);
}

/** What the faulty cell at an address gives, one of `reads`. */
export function effectOf(
  effect: FaultModel['effect'],
  seed: number,
  chip: number,
): (address: number) => number {
  if (effect.kind === 'flip') return () => reads.other;
  const bits = bitsByAddress(seed, chip, streams.value);
  return (address) => (bits(address) < effect.ones * 2 ** 32 ? reads.one : reads.zero);
}
