import type { Cut, Ref, Vector } from './graph.js';
import type { Frame } from './frame.js';
import type { Assembler } from './instructions.js';
import type { PortLayout } from './layout.js';
import type { Lane } from './needs.js';

/** The byte offset of a port's row from where the port's pointer points; the same in every cycle. */
function rowOffset(f: Frame, port: number, row: number): number {
  return row * f.places.rowBytes[port]!;
}

const isSigned = (layout: PortLayout): boolean => layout.port.signed;

/** Puts a word of a row's elements on the stack. */
export function emitLoad(f: Frame, vector: Vector, piece: number): void {
  if (vector.lane < 32) return emitShortElements(f, vector, piece);
  emitElements(f, vector, piece);
  if (vector.cut) emitCut(f.asm, vector.cut, 32);
}

/** Cuts the words of `lane` bits on the stack to fewer bits. */
export function emitCut(asm: Assembler, { bits, signed }: Cut, lane: 16 | 32): void {
  if (signed) {
    for (const op of lane === 16 ? (['shl16', 'shr16S'] as const) : (['shl', 'shrS'] as const)) {
      asm.constant(lane - bits);
      asm.simd(op);
    }
    return;
  }
  const mask = 2 ** bits - 1;
  asm.vector(lane === 16 ? mask | (mask << 16) : mask);
  asm.simd('and');
}

/** Elements of 8 and 16 bits as they are. */
function emitShortElements(f: Frame, { at: port, row, uniform, lane }: Vector, piece: number): void {
  f.asm.get(f.pointers.ports[port]!);
  if (uniform) f.asm.vectorAccess(lane === 8 ? 'load8Splat' : 'load16Splat', rowOffset(f, port, row));
  else f.asm.vectorAccess('load', rowOffset(f, port, row) + 16 * piece);
}

function emitElements(f: Frame, { at: port, row, uniform }: Vector, group: number): void {
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
export function emitByteLoads(f: Frame, { at: port, row, cut }: Vector, first: number): void {
  const { asm } = f;
  const signed = isSigned(f.program.inputs[port]!);
  const isMask = cut?.bits === 1 && cut.signed;
  for (let group = 0; group < f.shape.unroll; group += 2) {
    asm.get(f.pointers.ports[port]!);
    asm.vectorAccess(signed ? 'load8x8S' : 'load8x8U', rowOffset(f, port, row) + 4 * group);
    if (cut) emitCut(asm, cut, 16);
    const from = first + group;
    asm.set(from);
    const zeros = cut ? !cut.signed : !signed;
    for (const half of ['High', 'Low'] as const) {
      asm.get(from);
      // All bits are alike: a word beside itself is the same as its sign beside it, and cheaper.
      if (isMask) {
        asm.get(from);
        asm.shuffle(half === 'High' ? interleave.high : interleave.low);
      } else asm.simd(`extend${half}16${zeros ? 'U' : 'S'}`);
      asm.set(half === 'High' ? from + 1 : from);
    }
  }
}

/** The interleaved halves of two words of eight 16-bit numbers: four streams, of each a pair of numbers. */
export const interleave = {
  low: [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23],
  high: [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31],
} as const;

/** The bytes of four i32 that a store of 1 or 2 of them a lane writes. */
const narrow = {
  1: [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12],
  2: [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13],
} as const;

/** Stores what `value` puts on the stack to a row of an output. */
export function emitStore(
  f: Frame,
  output: number,
  row: number,
  piece: number,
  lane: Lane,
  value: () => void,
): void {
  const { elementBytes } = f.program.outputs[output]!;
  const { asm } = f;
  const port = f.program.inputs.length + output;
  const offset = rowOffset(f, port, row) + ((128 * elementBytes) / lane) * piece;
  asm.get(f.pointers.ports[port]!);
  value();
  if (8 * elementBytes === lane) return asm.vectorAccess('store', offset);
  // The same word twice: the shuffle takes two operands, and reads only the first.
  asm.tee(f.spare);
  asm.get(f.spare);
  asm.shuffle(narrow[elementBytes as 1 | 2]);
  asm.laneAccess(elementBytes === 1 ? 'store32Lane' : 'store64Lane', offset, 0);
}

/** Puts a limb of a memory's words on the stack: of each stream, the word at its own offset. */
export function emitGather(
  f: Frame,
  vector: Vector,
  piece: number,
  offset: (ref: Ref, group: number) => void,
): void {
  const { at: memory, row: limb, operands, lane: bits } = vector;
  const { shared } = f.program.memories[memory]!;
  const base = f.places.memories[memory]! + (shared ? 4 : 16) * limb;
  const streams = 128 / bits;
  for (let i = 0; i < streams; i++) {
    const stream = streams * piece + i;
    const group = stream >> 2;
    if (i > 0) f.asm.set(f.spare);
    elementAddress(f, shared, stream & 3, () => offset(operands[0]!, group));
    const at = shared ? base : base + 4 * (stream & 3) + f.places.memoryBytes * group;
    if (i === 0) f.asm.vectorAccess('load32Zero', at);
    else {
      f.asm.get(f.spare);
      f.asm.laneAccess(`load${bits}Lane`, at, i);
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
