import type { Ref, Vector } from './graph.js';
import type { Frame } from './frame.js';
import type { PortLayout } from './layout.js';

/** Puts the address of a port's row on the stack: the address of the function's first stream. */
function rowAddress(f: Frame, port: number, row: number): void {
  const { asm } = f;
  const { at, row: stride } = f.pointers.ports[port]!;
  if (row === 0) return asm.get(at);
  let cursor = f.cursors.get(port);
  if (!cursor) f.cursors.set(port, (cursor = { local: f.fresh('i32'), row: undefined }));
  if (cursor.row === row) return asm.get(cursor.local);
  // Rows are mostly read in order: one addition each.
  const from = cursor.row !== undefined && cursor.row < row ? cursor.row : 0;
  asm.get(from === 0 ? at : cursor.local);
  asm.get(stride);
  if (row - from > 1) {
    asm.constant(row - from);
    asm.scalar('mul');
  }
  asm.scalar('add');
  asm.tee(cursor.local);
  cursor.row = row;
}

/** Says that the cursors may not be what they were, after code that may not have run. */
export function forgetCursors(f: Frame): void {
  for (const cursor of f.cursors.values()) cursor.row = undefined;
}

const isSigned = (layout: PortLayout): boolean => layout.port.signed;

/** Puts a row's elements of four streams on the stack, as i32. */
export function emitLoad(f: Frame, { at: port, row, uniform }: Vector, group: number): void {
  const layout = f.program.inputs[port]!;
  if (uniform) return emitBroadcast(f, layout, port, row);
  rowAddress(f, port, row);
  if (layout.elementBytes === 4) return f.asm.vectorAccess('load', 16 * group);
  if (layout.elementBytes === 2)
    return f.asm.vectorAccess(isSigned(layout) ? 'load16x4S' : 'load16x4U', 8 * group);
  f.asm.vectorAccess('load32Zero', 4 * group);
  f.asm.simd(isSigned(layout) ? 'extendLow8S' : 'extendLow8U');
  f.asm.simd(isSigned(layout) ? 'extendLow16S' : 'extendLow16U');
}

function emitBroadcast(f: Frame, layout: PortLayout, port: number, row: number): void {
  const { elementBytes } = layout;
  f.asm.get(f.pointers.ports[port]!.at);
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
  f.asm.access(op, row * elementBytes);
  f.asm.simd('splat');
}

/** Loads a row of bytes into the locals of all groups, two groups with one load. */
export function emitByteLoads(f: Frame, { at: port, row }: Vector, first: number): void {
  const { asm } = f;
  const signed = isSigned(f.program.inputs[port]!);
  for (let group = 0; group < f.shape.unroll; group += 2) {
    rowAddress(f, port, row);
    asm.vectorAccess(signed ? 'load8x8S' : 'load8x8U', 4 * group);
    asm.tee(first + group);
    asm.simd(signed ? 'extendHigh16S' : 'extendHigh16U');
    asm.set(first + group + 1);
    asm.get(first + group);
    asm.simd(signed ? 'extendLow16S' : 'extendLow16U');
    asm.set(first + group);
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
  rowAddress(f, f.program.inputs.length + output, row);
  value();
  if (elementBytes === 4) return asm.vectorAccess('store', 16 * group);
  // The same word twice: the shuffle takes two operands, and reads only the first.
  asm.tee(f.spare);
  asm.get(f.spare);
  asm.shuffle(narrow[elementBytes]);
  asm.laneAccess(elementBytes === 1 ? 'store32Lane' : 'store64Lane', 4 * elementBytes * group, 0);
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
