import type { Ref, Vector } from './graph.js';
import type { Frame } from './frame.js';
import type { PortLayout } from './layout.js';

/** The byte offset of a port's row from where the port's pointer points; the same in every cycle. */
function rowOffset(f: Frame, port: number, row: number): number {
  return row * f.places.rowBytes[port]!;
}

const isSigned = (layout: PortLayout): boolean => layout.port.signed;

/** Puts a row's elements of four streams on the stack, as i32. */
export function emitLoad(f: Frame, { at: port, row, uniform }: Vector, group: number): void {
  const layout = f.program.inputs[port]!;
  if (uniform) return emitBroadcast(f, layout, port, row);
  const offset = rowOffset(f, port, row) + 4 * layout.elementBytes * group;
  f.asm.get(f.pointers.ports[port]!);
  if (layout.elementBytes === 4) return f.asm.vectorAccess('load', offset);
  if (layout.elementBytes === 2)
    return f.asm.vectorAccess(isSigned(layout) ? 'load16x4S' : 'load16x4U', offset);
  f.asm.vectorAccess('load32Zero', offset);
  f.asm.simd(isSigned(layout) ? 'extendLow8S' : 'extendLow8U');
  f.asm.simd(isSigned(layout) ? 'extendLow16S' : 'extendLow16U');
}

function emitBroadcast(f: Frame, layout: PortLayout, port: number, row: number): void {
  const { elementBytes } = layout;
  f.asm.get(f.pointers.ports[port]!);
  const op =
    elementBytes === 4
      ? 'load'
      : elementBytes === 2
        ? isSigned(layout)
          ? 'load16S'
          : 'load16U'
        : isSigned(layout)
          ? 'load8S'
          : 'load8U';
  f.asm.access(op, rowOffset(f, port, row));
  f.asm.simd('splat');
}

/** Loads a row of bytes into the locals of all groups, two groups with one load. */
export function emitByteLoads(f: Frame, { at: port, row }: Vector, first: number): void {
  const { asm } = f;
  const signed = isSigned(f.program.inputs[port]!);
  for (let group = 0; group < f.shape.unroll; group += 2) {
    asm.get(f.pointers.ports[port]!);
    asm.vectorAccess(signed ? 'load8x8S' : 'load8x8U', rowOffset(f, port, row) + 4 * group);
    asm.tee(first + group);
    asm.simd(signed ? 'extendHigh16S' : 'extendHigh16U');
    asm.set(first + group + 1);
    asm.get(first + group);
    asm.simd(signed ? 'extendLow16S' : 'extendLow16U');
    asm.set(first + group);
  }
}

const unpack = {
  bytes: [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23],
  low: [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23],
  high: [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31],
} as const;

/** Puts two rows on the stack, of each stream the first in the low half of its lane and the second in the high. */
export function emitPair(f: Frame, { at: port, row, uniform }: Vector, group: number): void {
  const layout = f.program.inputs[port]!;
  const { asm } = f;
  const wide = layout.elementBytes === 2;
  const widen = isSigned(layout) ? 'extendLow8S' : 'extendLow8U';
  for (const each of uniform ? [row] : [row, row + 1]) {
    asm.get(f.pointers.ports[port]!);
    const offset = rowOffset(f, port, each) + (uniform ? 0 : 4 * layout.elementBytes * group);
    // Broadcast rows are side by side: both come with one load.
    if (uniform) asm.vectorAccess(wide ? 'load32Splat' : 'load16Splat', offset);
    else asm.vectorAccess(wide ? 'load64Zero' : 'load32Zero', offset);
  }
  if (!uniform) asm.shuffle(wide ? unpack.low : unpack.bytes);
  if (!wide) asm.simd(widen);
}

/** Loads two rows of bytes as pairs into the locals of all groups, two groups with two loads. */
export function emitBytePairs(f: Frame, { at: port, row }: Vector, first: number): void {
  const { asm } = f;
  const load = isSigned(f.program.inputs[port]!) ? 'load8x8S' : 'load8x8U';
  for (let group = 0; group < f.shape.unroll; group += 2) {
    const [low, high] = [first + group, first + group + 1];
    for (const each of [0, 1]) {
      asm.get(f.pointers.ports[port]!);
      asm.vectorAccess(load, rowOffset(f, port, row + each) + 4 * group);
      if (each === 0) asm.tee(f.spare);
      else asm.tee(high);
    }
    asm.shuffle(unpack.low);
    asm.set(low);
    asm.get(f.spare);
    asm.get(high);
    asm.shuffle(unpack.high);
    asm.set(high);
  }
}

/** The bytes of four i32 that a store of 1 or 2 of them a lane writes. */
const narrow = {
  1: [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12],
  2: [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13],
} as const;

/** Stores what `value` puts on the stack to a row of an output. */
export function emitStore(f: Frame, output: number, row: number, group: number, value: () => void): void {
  const { elementBytes } = f.program.outputs[output]!;
  const { asm } = f;
  const port = f.program.inputs.length + output;
  const offset = rowOffset(f, port, row) + 4 * elementBytes * group;
  asm.get(f.pointers.ports[port]!);
  value();
  if (elementBytes === 4) return asm.vectorAccess('store', offset);
  // The same word twice: the shuffle takes two operands, and reads only the first.
  asm.tee(f.spare);
  asm.get(f.spare);
  asm.shuffle(narrow[elementBytes]);
  asm.laneAccess(elementBytes === 1 ? 'store32Lane' : 'store64Lane', offset, 0);
}

/** Puts a limb of a memory's words on the stack: of each stream, the word at its own offset. */
export function emitGather(f: Frame, vector: Vector, group: number, offset: (ref: Ref) => void): void {
  const { at: memory, row: limb, operands } = vector;
  const { shared } = f.program.memories[memory]!;
  const base = f.places.memories[memory]! + (shared ? 4 * limb : 16 * limb + f.places.memoryBytes * group);
  for (let lane = 0; lane < 4; lane++) {
    if (lane > 0) f.asm.set(f.spare);
    elementAddress(f, shared, lane, () => offset(operands[0]!));
    const at = shared ? base : base + 4 * lane;
    if (lane === 0) f.asm.vectorAccess('load32Zero', at);
    else {
      f.asm.get(f.spare);
      f.asm.laneAccess('load32Lane', at, lane);
    }
  }
}

/** Writes a limb of each stream's word to its own offset. */
export function emitScatter(
  f: Frame,
  memory: number,
  limb: number,
  group: number,
  offset: () => void,
  data: () => void,
): void {
  const base = f.places.memories[memory]! + 16 * limb + f.places.memoryBytes * group;
  for (let lane = 0; lane < 4; lane++) {
    elementAddress(f, false, lane, offset);
    data();
    f.asm.laneAccess('store32Lane', base + 4 * lane, lane);
  }
}

function elementAddress(f: Frame, shared: boolean, lane: number, offset: () => void): void {
  offset();
  f.asm.extract(lane);
  if (shared) return;
  f.asm.get(f.pointers.memories);
  f.asm.scalar('add');
}
