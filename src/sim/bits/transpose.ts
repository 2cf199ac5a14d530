import type { WasmFunction } from '../wasm/binary.js';
import { assembler, type Assembler } from '../wasm/instructions.js';

/**
 * Words of 128 streams ↔ planes, a plane being one bit of all 128 streams. In a plane, stream 16·i + j is bit i of
 * byte j: so eight rows of 16 bytes and eight planes are each other's transposes.
 */
export type ElementBytes = 1 | 2 | 4;

const bytes = (first: number, step: number, from = 0): number[] =>
  Array.from({ length: 8 }, (_, i) => from + first + step * i);

/** (source, planes): takes 128 elements apart into 8 planes for each of their bytes. */
export function spreadFunction(size: ElementBytes): WasmFunction {
  const asm = assembler();
  const rows = locals(8);
  const load = (offset: number): void => {
    asm.get(0);
    asm.vectorAccess('load', offset);
  };
  for (let byte = 0; byte < size; byte++) {
    rows.forEach((row, i) => {
      if (size === 1) load(16 * i);
      else if (size === 2) everyByte(asm, load, 32 * i, byte, 2);
      else {
        everyByte(asm, load, 64 * i, byte, 4);
        everyByte(asm, load, 64 * i + 32, byte, 4);
        asm.shuffle([...bytes(0, 1), ...bytes(16, 1)]);
      }
      asm.set(row);
    });
    emitTranspose(asm, rows, 10);
    rows.forEach((row, k) => {
      asm.get(1);
      asm.get(row);
      asm.vectorAccess('store', 16 * (8 * byte + k));
    });
  }
  return { parameters: 2, locals: Array(9).fill('v128'), body: asm.code };
}

/** Every `size`-th byte of 32 bytes, from `byte` on; in the low half twice where that is only eight. */
function everyByte(
  asm: Assembler,
  load: (offset: number) => void,
  at: number,
  byte: number,
  size: 2 | 4,
): void {
  load(at);
  load(at + 16);
  const few = Array.from({ length: 32 / size }, (_, i) => byte + size * i);
  asm.shuffle(size === 2 ? few : [...few, ...few]);
}

/** (planes, destination): puts 128 elements together again. */
export function gatherFunction(size: ElementBytes): WasmFunction {
  const asm = assembler();
  const first = 2;
  const rows = Array.from({ length: size }, (_, byte) => locals(8).map((row) => row + 8 * byte));
  const spare = first + 8 * size;
  rows.forEach((eight, byte) => {
    eight.forEach((row, k) => {
      asm.get(0);
      asm.vectorAccess('load', 16 * (8 * byte + k));
      asm.set(row);
    });
    emitTranspose(asm, eight, spare);
  });
  const store = (offset: number, value: () => void): void => {
    asm.get(1);
    value();
    asm.vectorAccess('store', offset);
  };
  const pair = (i: number, byte: number, half: 'low' | 'high'): void => {
    asm.get(rows[byte]![i]!);
    asm.get(rows[byte + 1]![i]!);
    asm.shuffle(interleaved(1, half));
  };
  for (let i = 0; i < 8; i++) {
    if (size === 1) store(16 * i, () => asm.get(rows[0]![i]!));
    for (const [h, half] of size === 1 ? [] : (['low', 'high'] as const).entries()) {
      if (size === 2) store(16 * (2 * i + h), () => pair(i, 0, half));
      for (const [q, quarter] of size === 2 ? [] : (['low', 'high'] as const).entries())
        store(16 * (4 * i + 2 * h + q), () => {
          pair(i, 0, half);
          pair(i, 2, half);
          asm.shuffle(interleaved(2, quarter));
        });
    }
  }
  return { parameters: 2, locals: Array(8 * size + 1).fill('v128'), body: asm.code };
}

function locals(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 2 + i);
}

/** A shuffle that interleaves pieces of `size` bytes of the low or high halves of two words. */
function interleaved(size: number, half: 'low' | 'high'): number[] {
  const start = half === 'low' ? 0 : 8;
  return Array.from({ length: 16 }, (_, k) => {
    const piece = Math.floor(k / size);
    return start + size * (piece >> 1) + (k % size) + 16 * (piece & 1);
  });
}

/** Transposes the 8 × 8 bits at each byte of eight locals: bit k of row i ↔ bit i of row k. */
function emitTranspose(asm: Assembler, rows: readonly number[], spare: number): void {
  for (const [by, mask] of [
    [4, 0x0f0f0f0f],
    [2, 0x33333333],
    [1, 0x55555555],
  ] as const)
    for (let i = 0; i < 8; i++) {
      if ((i & by) !== 0) continue;
      const [a, b] = [rows[i]!, rows[i + by]!];
      asm.get(a);
      asm.constant(by);
      asm.simd('shr16U');
      asm.get(b);
      asm.simd('xor');
      asm.vector(mask);
      asm.simd('and');
      asm.tee(spare);
      asm.get(b);
      asm.simd('xor');
      asm.set(b);
      asm.get(spare);
      asm.constant(by);
      asm.simd('shl16');
      asm.get(a);
      asm.simd('xor');
      asm.set(a);
    }
}
