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

/** A part of an address: so many bursts, or so many of what is below it, before it comes to its next value. */
export interface AddressField {
  readonly part: 'row' | 'bank' | 'group' | 'column';
  readonly size: number;
}

/**
 * The parts of the number of a burst within a channel, the least significant first.
 *
 * @param channelBytes what the channel holds
 */
export function addressFields(
  { bankGroups, banksPerGroup, rowBytes, burstBytes }: Organisation,
  mapping: Mapping,
  channelBytes: number,
): readonly AddressField[] {
  const sizes = {
    row: Math.ceil(channelBytes / (rowBytes * bankGroups * banksPerGroup)),
    bank: banksPerGroup,
    group: bankGroups,
    column: rowBytes / burstBytes,
  };
  return [...mappings[mapping]].reverse().map((part) => ({ part, size: sizes[part] }));
}

/**
 * Where the burst at a byte address of a channel lies.
 *
 * @param channelBytes what the channel holds; addresses are below that
 */
export function mapper(
  organisation: Organisation,
  mapping: Mapping,
  channelBytes: number,
): (address: number) => Cell {
  const fields = addressFields(organisation, mapping, channelBytes);
  return (address) => {
    let rest = Math.floor(address / organisation.burstBytes);
    const at = { row: 0, bank: 0, group: 0, column: 0 };
    for (const { part, size } of fields) {
      const above = Math.floor(rest / size);
      at[part] = rest - above * size;
      rest = above;
    }
    return { bank: at.group * organisation.banksPerGroup + at.bank, row: at.row };
  };
}
