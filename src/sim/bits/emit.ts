import type { WasmFunction } from '../wasm/binary.js';
import { assembler, type Assembler } from '../wasm/instructions.js';
import type { BitExpression, Gate } from './network.js';

/** Where planes lie in memory, in bytes. */
export interface BitPlaces {
  readonly net: (net: number) => number;
  readonly state: (state: number) => number;
  /** Of nets that may be forced: two planes, what is kept of the net's value and what is set. */
  readonly force: ReadonlyMap<number, number>;
}

/** A value whose complement is at hand: complements are carried along and rarely computed. */
interface Value {
  readonly emit: () => void;
  readonly inverted: boolean;
  readonly constant?: boolean;
}

/** A function being written; nets computed last are read from locals, others from memory. */
interface Writer {
  readonly asm: Assembler;
  readonly places: BitPlaces;
  /** Whether memory and locals hold a net's complement. */
  readonly inverted: Set<number>;
  readonly recent: Map<number, number>;
  next: number;
}

/** Nets that are held in locals. */
const held = 9;
/** Gates a function: engines do not do well with very long ones. */
const most = 600;

/** Functions without parameters that compute all gates in order, each net into its plane. */
export function gateFunctions(
  gates: readonly Gate[],
  places: BitPlaces,
  inverted: Set<number>,
): WasmFunction[] {
  const functions: WasmFunction[] = [];
  for (let first = 0; first < gates.length; first += most) {
    const w = writer(places, inverted);
    gates.slice(first, first + most).forEach((gate) => emitGate(w, gate));
    functions.push(finish(w));
  }
  return functions;
}

/** A function without parameters that takes the next states. */
export function clockFunction(
  states: readonly BitExpression[],
  places: BitPlaces,
  inverted: Set<number>,
): WasmFunction {
  const w = writer(places, inverted);
  states.forEach((next, state) => {
    w.asm.constant(0);
    emitPlain(w, next);
    w.asm.vectorAccess('store', places.state(state));
  });
  return finish(w);
}

/** Copies bits to planes side by side from `to` on. */
export function emitCopies(
  asm: Assembler,
  bits: readonly (number | 'zero' | 'one')[],
  to: number,
  places: BitPlaces,
  inverted: ReadonlySet<number>,
): void {
  bits.forEach((bit, k) => {
    asm.constant(0);
    if (typeof bit !== 'number') asm.vector(bit === 'one' ? -1 : 0);
    else {
      asm.constant(0);
      asm.vectorAccess('load', places.net(bit));
      if (inverted.has(bit)) asm.simd('not');
    }
    asm.vectorAccess('store', to + 16 * k);
  });
}

/** Puts what is forced upon a net in place of its value on the stack. */
export function emitForce(asm: Assembler, place: number): void {
  asm.constant(0);
  asm.vectorAccess('load', place);
  asm.simd('and');
  asm.constant(0);
  asm.vectorAccess('load', place + 16);
  asm.simd('or');
}

function writer(places: BitPlaces, inverted: Set<number>): Writer {
  return { asm: assembler(), places, inverted, recent: new Map(), next: 0 };
}

function finish({ asm }: Writer): WasmFunction {
  return { parameters: 0, locals: Array(held).fill('v128'), body: asm.code };
}

function emitGate(w: Writer, { net, value }: Gate): void {
  const { asm, places } = w;
  const force = places.force.get(net);
  const made = valueOf(w, value);
  if (force === undefined) {
    put(w, { ...made, inverted: false });
    if (made.inverted && made.constant === undefined) w.inverted.add(net);
  } else {
    put(w, made);
    emitForce(asm, force);
  }
  const local = w.next++ % held;
  for (const [other, where] of w.recent) if (where === local) w.recent.delete(other);
  w.recent.set(net, local);
  asm.set(local);
  asm.constant(0);
  asm.get(local);
  asm.vectorAccess('store', places.net(net));
}

/** Puts an expression's value itself on the stack. */
function emitPlain(w: Writer, expression: BitExpression): void {
  put(w, valueOf(w, expression));
}

function put({ asm }: Writer, { emit, inverted, constant }: Value): void {
  if (constant !== undefined) return asm.vector(constant ? -1 : 0);
  emit();
  if (inverted) asm.simd('not');
}

function constantValue(constant: boolean): Value {
  return { emit: () => undefined, inverted: false, constant };
}

function complement(value: Value): Value {
  return value.constant === undefined
    ? { ...value, inverted: !value.inverted }
    : constantValue(!value.constant);
}

function valueOf(w: Writer, expression: BitExpression): Value {
  const { asm, places } = w;
  switch (expression.kind) {
    case 'constant':
      return constantValue(expression.value);
    case 'not':
      return complement(valueOf(w, expression.of));
    case 'state':
      return { emit: () => emitLoad(asm, places.state(expression.state)), inverted: false };
    case 'net': {
      const local = w.recent.get(expression.net);
      const emit =
        local === undefined ? () => emitLoad(asm, places.net(expression.net)) : () => asm.get(local);
      return { emit, inverted: w.inverted.has(expression.net) };
    }
    case 'and':
      return conjunction(asm, valueOf(w, expression.left), valueOf(w, expression.right));
    case 'or':
      return complement(
        conjunction(asm, complement(valueOf(w, expression.left)), complement(valueOf(w, expression.right))),
      );
    case 'xor':
      return difference(asm, valueOf(w, expression.left), valueOf(w, expression.right));
  }
}

function emitLoad(asm: Assembler, place: number): void {
  asm.constant(0);
  asm.vectorAccess('load', place);
}

function conjunction(asm: Assembler, a: Value, b: Value): Value {
  if (a.constant !== undefined) return a.constant ? b : a;
  if (b.constant !== undefined) return b.constant ? a : b;
  const [first, second] = a.inverted && !b.inverted ? [b, a] : [a, b];
  const emit = (op: 'and' | 'andnot' | 'or') => () => {
    first.emit();
    second.emit();
    asm.simd(op);
  };
  if (first.inverted) return { emit: emit('or'), inverted: true };
  return { emit: emit(second.inverted ? 'andnot' : 'and'), inverted: false };
}

function difference(asm: Assembler, a: Value, b: Value): Value {
  if (a.constant !== undefined) return a.constant ? complement(b) : b;
  if (b.constant !== undefined) return b.constant ? complement(a) : a;
  const emit = (): void => {
    a.emit();
    b.emit();
    asm.simd('xor');
  };
  return { emit, inverted: a.inverted !== b.inverted };
}
