import type { Organisation } from './timing.js';

/** Parts of an address within a channel, as they stand from its most significant bits to its least. */
export const mappings = {
  /** A whole row of a bank, then the next bank group, the next bank, the next row. */
  'row-bank-group-column': ['row', 'bank', 'group', 'column'],
  /** Bursts go round the bank groups. */
  'row-bank-column-group': ['row', 'bank', 'column', 'group'],
  /** A bank lies in one piece. */
  'bank-group-row-column': ['bank', 'group', 'row', 'column'],
} as const;
export type Mapping = keyof typeof mappings;

/** Where a burst lies. Banks are counted through all groups: those of a group stand together. */
export interface Cell {
  readonly bank: number;
  readonly row: number;
}

/**
 * Where the burst at a byte address of a channel lies.
 *
 * @param channelBytes what the channel holds; addresses are below that
 */
export function mapper(
  { bankGroups, banksPerGroup, rowBytes, burstBytes }: Organisation,
  mapping: Mapping,
  channelBytes: number,
): (address: number) => Cell {
  const columns = rowBytes / burstBytes;
  const rows = Math.ceil(channelBytes / (rowBytes * bankGroups * banksPerGroup));
  const sizes = { row: rows, bank: banksPerGroup, group: bankGroups, column: columns };
  const fields = [...mappings[mapping]].reverse();
  return (address) => {
    let rest = Math.floor(address / burstBytes);
    const at = { row: 0, bank: 0, group: 0, column: 0 };
    for (const field of fields) {
      const size = sizes[field];
      const above = Math.floor(rest / size);
      at[field] = rest - above * size;
      rest = above;
    }
    return { bank: at.group * banksPerGroup + at.bank, row: at.row };
  };
}
