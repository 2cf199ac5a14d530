import { rowLength, type PortLayout } from './layout.js';

/** The elements of a port, over the memory that the kernel works on. */
export type Elements = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** What is asked for with `allocate`. */
export interface Extent {
  readonly cycles: number;
  readonly streams: number;
  /** Input ports whose words are the same for all streams; layout `[cycle][lane]`. */
  readonly broadcast?: readonly string[] | undefined;
  /** Input ports whose words are the same in all cycles; layout `[lane][stream]`, or `[lane]`. */
  readonly held?: readonly string[] | undefined;
  /** Keep the outputs of the last cycle only; layout `[lane][stream]`. */
  readonly lastOnly?: boolean | undefined;
  /** Make `rst_n` an input like others. Otherwise it is 1 throughout. */
  readonly drivenReset?: boolean | undefined;
}

/** Where a port's elements lie. */
export interface PortPlace {
  readonly layout: PortLayout;
  readonly address: number;
  /** Bytes from a row to the next, and from a cycle to the next: 0 where there is only one cycle. */
  readonly rowBytes: number;
  readonly cycleBytes: number;
  readonly length: number;
}

/** Where everything lies whose size depends on cycles and streams. */
export interface Places {
  readonly inputs: readonly PortPlace[];
  readonly outputs: readonly PortPlace[];
  readonly state: number;
  readonly memories: number;
  readonly end: number;
}

/**
 * Elements in a row: streams in groups of four, or of sixteen where there are more than eight. Long rows are an odd
 * number of cache lines, as those of a power of two would all fall on the same few sets of the cache.
 */
export function paddedStreams(streams: number): number {
  if (streams <= 64) return streams <= 8 ? Math.ceil(streams / 4) * 4 : Math.ceil(streams / 16) * 16;
  return Math.ceil((streams - 64) / 128) * 128 + 64;
}

/**
 * Lays out buffers from address `start` up.
 *
 * @param groups of four streams
 * @param stateBytes of each group; `memoryBytes` likewise
 */
export function placeBuffers(
  layouts: { readonly inputs: readonly PortLayout[]; readonly outputs: readonly PortLayout[] },
  extent: Extent,
  groups: number,
  start: number,
  stateBytes: number,
  memoryBytes: number,
): Places {
  const rowStreams = paddedStreams(extent.streams);
  let end = align(start);
  const take = (bytes: number): number => {
    const address = end;
    end = align(end + bytes);
    return address;
  };
  const place = (layout: PortLayout, once: boolean): PortPlace => {
    const { elementBytes, rows } = layout;
    const rowBytes = rowLength(layout, rowStreams);
    const bytes = rows * rowBytes * (once ? 1 : extent.cycles);
    const cycleBytes = once ? 0 : rows * rowBytes;
    return { layout, address: take(bytes), rowBytes, cycleBytes, length: bytes / elementBytes };
  };
  const held = new Set(extent.held);
  const inputs = layouts.inputs.map((layout) => place(layout, held.has(layout.port.name)));
  const outputs = layouts.outputs.map((layout) => place(layout, extent.lastOnly === true));
  const state = take(stateBytes * groups);
  const memories = take(memoryBytes * groups);
  // Loads of eight elements may reach beyond the last four.
  return { inputs, outputs, state, memories, end: end + 16 };
}

export function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}

/** The elements at a place, without a copy. */
export function elementsAt(memory: ArrayBuffer, { layout, address, length }: PortPlace): Elements {
  const { elementBytes, limbsPerLane, port } = layout;
  if (elementBytes === 1) return new (port.signed ? Int8Array : Uint8Array)(memory, address, length);
  if (elementBytes === 2) return new (port.signed ? Int16Array : Uint16Array)(memory, address, length);
  return new (port.signed && limbsPerLane === 1 ? Int32Array : Uint32Array)(memory, address, length);
}

/** Writes a port's word of one cycle and stream. */
export function writeWord(
  elements: Elements,
  place: PortPlace,
  cycle: number,
  stream: number,
  word: bigint,
): void {
  const { layout, rowBytes, cycleBytes } = place;
  const { laneBits, limbsPerLane, elementBytes } = layout;
  const first = (cycle * cycleBytes) / elementBytes + stream;
  for (let row = 0; row < layout.rows; row++) {
    const low = Math.floor(row / limbsPerLane) * laneBits + (row % limbsPerLane) * 32;
    const bits = Math.min(32, laneBits - (row % limbsPerLane) * 32);
    elements[first + (row * rowBytes) / elementBytes] = Number(BigInt.asUintN(bits, word >> BigInt(low)));
  }
}

/** Reads a port's word of one cycle and stream. */
export function readWord(elements: Elements, place: PortPlace, cycle: number, stream: number): bigint {
  const { layout, rowBytes, cycleBytes } = place;
  const { laneBits, limbsPerLane, elementBytes } = layout;
  const first = (cycle * cycleBytes) / elementBytes + stream;
  let word = 0n;
  for (let row = 0; row < layout.rows; row++) {
    const low = Math.floor(row / limbsPerLane) * laneBits + (row % limbsPerLane) * 32;
    const bits = Math.min(32, laneBits - (row % limbsPerLane) * 32);
    const element = elements[first + (row * rowBytes) / elementBytes]!;
    word |= BigInt.asUintN(bits, BigInt(element)) << BigInt(low);
  }
  return word;
}
