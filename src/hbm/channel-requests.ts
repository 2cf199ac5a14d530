import { emptyChains, none, type Chains } from './channel-chains.js';

/** Requests of a channel, by index; indices of those that are gone are used again. */
export interface Requests {
  bank: Int32Array;
  row: Int32Array;
  isWrite: Uint8Array;
  arrival: Float64Array;
  tag: Float64Array;
  /** Its number in the order of all requests. */
  age: Float64Array;
  /** 0 until a command was given for the request, then what it found: 1 a hit, 2 no row, 3 another row. */
  found: Uint8Array;
  /** The request of its pseudo-channel that came behind it; of an index that is free, the next one that is. */
  next: Int32Array;
  free: number;
  /** Those in the window of each bank, oldest first. */
  readonly pending: Chains;
}

/** Room for no request yet. */
export function noRequests(banks: number): Requests {
  return {
    bank: new Int32Array(0),
    row: new Int32Array(0),
    isWrite: new Uint8Array(0),
    arrival: new Float64Array(0),
    tag: new Float64Array(0),
    age: new Float64Array(0),
    found: new Uint8Array(0),
    next: new Int32Array(0),
    free: none,
    pending: emptyChains(banks, 0),
  };
}

/** An index that is free. */
export function take(requests: Requests): number {
  if (requests.free === none) grow(requests);
  const id = requests.free;
  requests.free = requests.next[id]!;
  return id;
}

/** Gives an index back. */
export function release(requests: Requests, id: number): void {
  requests.next[id] = requests.free;
  requests.free = id;
}

function grow(requests: Requests): void {
  const from = requests.bank.length;
  const to = Math.max(64, 2 * from);
  requests.bank = larger(new Int32Array(to), requests.bank);
  requests.row = larger(new Int32Array(to), requests.row);
  requests.isWrite = larger(new Uint8Array(to), requests.isWrite);
  requests.arrival = larger(new Float64Array(to), requests.arrival);
  requests.tag = larger(new Float64Array(to), requests.tag);
  requests.age = larger(new Float64Array(to), requests.age);
  requests.found = larger(new Uint8Array(to), requests.found);
  requests.next = larger(new Int32Array(to), requests.next);
  requests.pending.next = larger(new Int32Array(to), requests.pending.next);
  requests.pending.before = larger(new Int32Array(to), requests.pending.before);
  for (let id = to - 1; id >= from; id--) release(requests, id);
}

function larger<T extends Int32Array | Float64Array | Uint8Array>(made: T, old: T): T {
  made.set(old);
  return made;
}
