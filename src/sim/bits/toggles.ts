import type { WasmFunction } from '../wasm/binary.js';
import { assembler } from '../wasm/instructions.js';

/** Where things lie that counting needs: a plane for each net, side by side; likewise before, counts, totals. */
export interface CountPlaces {
  readonly nets: number;
  readonly before: number;
  /** 16 counts of a byte for each net. */
  readonly counts: number;
  /** 4 counts of 32 bits for each net. */
  readonly totals: number;
  /** A plane of ones where there are streams. */
  readonly mask: number;
  /** From one net to the next, and behind the last: bytes. */
  readonly bytes: number;
}

/** Cycles after which a byte that counts eight streams may be full. */
export const fullAfter = 31;

/** Adds the streams in which each net differs from the cycle before, and remembers the nets. */
export function countFunction(places: CountPlaces): WasmFunction {
  return overNets(places, (asm, at) => {
    const load = (place: number): void => {
      asm.get(at);
      asm.vectorAccess('load', place);
    };
    asm.get(at);
    load(places.counts);
    load(places.nets);
    load(places.before);
    asm.simd('xor');
    asm.constant(0);
    asm.vectorAccess('load', places.mask);
    asm.simd('and');
    asm.simd('popcount8');
    asm.simd('add8');
    asm.vectorAccess('store', places.counts);
    asm.get(at);
    load(places.nets);
    asm.vectorAccess('store', places.before);
  });
}

/** Remembers the nets without counting. */
export function rememberFunction(places: CountPlaces): WasmFunction {
  return overNets(places, (asm, at) => {
    asm.get(at);
    asm.get(at);
    asm.vectorAccess('load', places.nets);
    asm.vectorAccess('store', places.before);
  });
}

/** Moves the counts of bytes to the totals. */
export function flushFunction(places: CountPlaces): WasmFunction {
  return overNets(places, (asm, at) => {
    asm.get(at);
    asm.get(at);
    asm.vectorAccess('load', places.totals);
    asm.get(at);
    asm.vectorAccess('load', places.counts);
    asm.simd('pairwise8U');
    asm.simd('pairwise16U');
    asm.simd('add');
    asm.vectorAccess('store', places.totals);
    asm.get(at);
    asm.vector(0);
    asm.vectorAccess('store', places.counts);
  });
}

function overNets(
  { bytes }: CountPlaces,
  body: (asm: ReturnType<typeof assembler>, at: number) => void,
): WasmFunction {
  const asm = assembler();
  const at = 0;
  asm.loop();
  body(asm, at);
  asm.get(at);
  asm.constant(16);
  asm.scalar('add');
  asm.tee(at);
  asm.constant(bytes);
  asm.scalar('ltU');
  asm.branchIf();
  asm.end();
  return { parameters: 0, locals: ['i32'], body: asm.code };
}
