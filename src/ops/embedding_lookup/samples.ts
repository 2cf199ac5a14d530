import type { Arguments } from '../../builder/index.js';
import { fixed, int, uint } from '../../format/index.js';

/** One table; a product, a split table, tables on the chip; rows of part of a beat and of many; few and many reads under way. */
export const samples: readonly Arguments[] = [
  {},
  {
    rows: [5, 7, 300, 3],
    columns: [4, 4, 9, 2],
    // A product of indices 0 and 1; index 2 split by columns over two channels; index 3 on the chip.
    reads: [0, 64, 2, 0, 0, 4, 1, 0, 4, 0, 1024, 1, 2, 0, 5, 1, 0, 1, 2, 5, 4, -1, 0, 1, 3, 0, 2],
    contents: [1, -2, 3, 4, 5, -6],
    depth: 4,
    outstanding: 3,
    index_bits: 10,
  },
  {
    rows: [3, 4, 5],
    columns: [1, 2, 3],
    reads: [0, 0, 3, 2, 0, 3, 0, 0, 1, 1, 0, 2],
    element: fixed(4, 12),
    data_bits: 64,
    outside: 'zero',
    depth: 2,
    outstanding: 1,
    index_bits: 3,
    address_bits: 20,
  },
  {
    rows: [2, 6],
    columns: [2, 2],
    reads: [-1, 0, 2, 0, 0, 2, 1, 0, 2],
    contents: Array.from({ length: 48 }, (_, k) => k),
    element: uint(8),
    index_bits: 4,
    outside: 'zero',
  },
  {
    rows: [20, 1],
    columns: [40, 3],
    reads: [0, 0, 1, 0, 0, 40, 0, 8192, 1, 1, 0, 3],
    element: int(16),
    data_bits: 32,
    depth: 16,
    outstanding: 5,
    index_bits: 6,
  },
];
