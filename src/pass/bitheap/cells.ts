/** When the outputs of an adder are there after each of its inputs: in the order of the ports a, b, c. */
export interface AdderDelays {
  readonly sum: readonly number[];
  readonly carry: readonly number[];
}

/** What a compressor tree is built of, with delays in any one unit. */
export interface HeapCells {
  readonly fullAdder: AdderDelays;
  readonly halfAdder: AdderDelays;
  /** Whether both adders give the complements of sum and carry. */
  readonly inverts: boolean;
  readonly inverter: number;
  readonly xor: number;
  readonly and: number;
  /** In any one unit: the full adder, a gate that makes a bit of a product, and the gates for a bit of a recoded one. */
  readonly areas: { readonly fullAdder: number; readonly and: number; readonly recoded: number };
}

/** Adders made of gates, in units of a simple gate. */
export const plainCells: HeapCells = {
  fullAdder: { sum: [4, 4, 2], carry: [3.5, 3.5, 1.5] },
  halfAdder: { sum: [2, 2], carry: [1, 1] },
  inverts: false,
  inverter: 0.5,
  xor: 2,
  and: 1,
  areas: { fullAdder: 5, and: 1, recoded: 4 },
};
