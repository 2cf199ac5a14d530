import type { Memory } from '../../ir/index.js';
import { reduced } from './adder.js';
import { zero, type Bits, type Elements, type Literal } from './elements.js';

/** A memory as registers, or as constants where no node writes it. */
export interface MemoryElements {
  read(address: Bits): Bits;
  write(address: Bits, data: Bits, enable: Literal): void;
  /** Connects the registers when all writes are known. */
  close(): void;
}

/** Words are picked by a tree of multiplexers, the lowest address bit first. */
export function memoryOf(e: Elements, memory: Memory, isWritten: boolean): MemoryElements {
  const { width, depth, contents, synchronous } = memory;
  const writes: { readonly address: Bits; readonly data: Bits; readonly enable: Literal }[] = [];
  const cells = new Map<number, Bits>();

  const word = (index: number): Bits => {
    const known = cells.get(index);
    if (known) return known;
    const value = contents[index] ?? 0n;
    const made = Array.from({ length: width }, (_, i) =>
      isWritten ? e.register() : Number((value >> BigInt(i)) & 1n),
    );
    cells.set(index, made);
    return made;
  };
  const picked = (address: Bits): Bits => {
    let words = Array.from({ length: depth }, (_, index) => word(index));
    for (const bit of address) {
      if (words.length === 1) return words[0]!.map((x) => e.and(x, bit ^ 1));
      const next: Bits[] = [];
      for (let i = 0; i < words.length; i += 2) {
        const no = words[i]!;
        const yes = words[i + 1];
        next.push(no.map((x, k) => e.mux(bit, yes?.[k] ?? zero, x)));
      }
      words = next;
    }
    return words[0]!;
  };
  return {
    read: (address) => (synchronous ? picked(address).map(e.delayed) : picked(address)),
    write: (address, data, enable) => void writes.push({ address, data, enable }),
    close() {
      if (!isWritten) return;
      for (let index = 0; index < depth; index++) {
        const held = word(index);
        let next = held;
        for (const { address, data, enable } of writes) {
          const here = address.map((bit, i) => ((index >> i) & 1 ? bit : bit ^ 1));
          const when = e.and(enable, reduced(here, e.and));
          next = next.map((bit, i) => e.mux(when, data[i]!, bit));
        }
        held.forEach((bit, i) => e.connect(bit, next[i]!));
      }
    },
  };
}
