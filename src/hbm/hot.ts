import type { Resident } from './bus.js';

/** The reads of a port, told apart by a cache in front of it. */
export interface Cached {
  readonly hits: readonly Resident[];
  readonly misses: readonly Resident[];
  /** how many reads there are, and how many of them hit */
  readonly reads: number;
  readonly hitReads: number;
}

/**
 * Sends the reads of items through a cache of whole rows, which is empty at first: what was read last stays, and what was not
 * read for longest goes.
 *
 * @param bytes how many bytes of rows it holds
 */
export function throughCache(residents: readonly Resident[], items: number, bytes: number): Cached {
  const sides = residents.map(() => ({ hit: [] as number[][], miss: [] as number[][] }));
  // A map gives its keys in the order in which they were set: the longest unread first.
  const held = new Map<number, number>();
  let [room, reads, hitReads] = [bytes, 0, 0];
  for (let item = 0; item < items; item++)
    residents.forEach(({ rows, rowBytes }, at) => {
      const [hit, miss]: [number[], number[]] = [[], []];
      for (const row of rows(item)) {
        const key = row * residents.length + at;
        const found = held.delete(key);
        (found ? hit : miss).push(row);
        if (rowBytes > bytes) continue;
        if (!found) room = makeRoom(held, room - rowBytes);
        held.set(key, rowBytes);
      }
      sides[at]!.hit.push(hit);
      sides[at]!.miss.push(miss);
      reads += hit.length + miss.length;
      hitReads += hit.length;
    });
  const side = (which: 'hit' | 'miss'): Resident[] =>
    residents.map((resident, at) => ({ ...resident, rows: (item) => sides[at]![which][item]! }));
  return { hits: side('hit'), misses: side('miss'), reads, hitReads };
}

/** Lets the longest unread rows go until no room is missing; gives the room that there is then. */
function makeRoom(held: Map<number, number>, missing: number): number {
  let room = missing;
  for (const [key, size] of held) {
    if (room >= 0) break;
    held.delete(key);
    room += size;
  }
  return room;
}
