import type { Design } from '../../ir/index.js';
import { elements, kindNumber, type Literal, type RawElements } from './elements.js';
import { lowered, type Ports } from './lower.js';

/** The elements of a design that something depends on, operands first but for those of registers; without borders of modules. */
export interface Sketch {
  readonly count: number;
  readonly kind: Uint8Array;
  /** Operands, as literals. */
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  /** How many operands and output bits read each element; sum and carry of an adder cell read with one pin. */
  readonly fanout: Uint16Array;
  /** The elements of the input bits, port after port, as literals; and the output bits likewise. */
  readonly inputs: Int32Array;
  readonly outputs: Int32Array;
  /** The element of the active-low reset; 0 where there is none. */
  readonly reset: number;
}

/** Takes a design apart. Nothing in it depends on a technology. */
export function sketchOf(design: Design): Sketch {
  const e = elements();
  const ports = lowered(e, design);
  return live(e.raw(), ports);
}

/** How many operands an element of each kind has. */
export const arity = new Uint8Array([0, 0, 2, 2, 3, 3, 1, 3, 3, 2, 2, 1]);

/** The carry of an adder cell, whose sum is the element before it. */
function isCarryOut(kind: number): boolean {
  return kind === kindNumber.fullCarry || kind === kindNumber.halfCarry;
}

function live(raw: RawElements, ports: Ports): Sketch {
  const outputs = ports.outputs.flat();
  const marks = marked(raw, outputs);
  const place = new Int32Array(raw.count);
  let count = 1;
  for (let id = 1; id < raw.count; id++)
    if (raw.kind[id] === kindNumber.input || (marks[id] && raw.kind[id] !== kindNumber.border))
      place[id] = count++;
  const kind = new Uint8Array(count);
  const [a, b, c] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const fanout = new Uint16Array(count);
  const moved = (literal: Literal): Literal => {
    let found = literal;
    while (raw.kind[found >> 1] === kindNumber.border) found = raw.a[found >> 1]! ^ (found & 1);
    return 2 * place[found >> 1]! + (found & 1);
  };
  for (let id = 1; id < raw.count; id++) {
    const to = place[id]!;
    if (to === 0) continue;
    kind[to] = raw.kind[id]!;
    const size = arity[raw.kind[id]!]!;
    const pin = isCarryOut(raw.kind[id]!) ? 0 : 1;
    if (size > 0) fanout[(a[to] = moved(raw.a[id]!)) >> 1]! += pin;
    if (size > 1) fanout[(b[to] = moved(raw.b[id]!)) >> 1]! += pin;
    if (size > 2) fanout[(c[to] = moved(raw.c[id]!)) >> 1]! += pin;
  }
  const ends = Int32Array.from(outputs, moved);
  for (const literal of ends) fanout[literal >> 1]!++;
  const inputs = Int32Array.from(ports.inputs.flat(), moved);
  return { count, kind, a, b, c, fanout, inputs, outputs: ends, reset: moved(ports.reset) >> 1 };
}

function marked({ count, kind, a, b, c }: RawElements, outputs: readonly Literal[]): Uint8Array {
  const marks = new Uint8Array(count);
  const stack: number[] = [];
  const visit = (literal: Literal): void => {
    const id = literal >> 1;
    if (id === 0 || marks[id]) return;
    marks[id] = 1;
    stack.push(id);
  };
  outputs.forEach(visit);
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const size = arity[kind[id]!]!;
    if (isCarryOut(kind[id]!)) visit(2 * (id - 1));
    if (size > 0) visit(a[id]!);
    if (size > 1) visit(b[id]!);
    if (size > 2) visit(c[id]!);
  }
  return marks;
}
