import { kindNumber } from './elements.js';
import { arity, type Sketch } from './sketch.js';

/**
 * Elements by what they are to a technology. An inner one has a single reader of its own kind, so that one cell may do
 * both: a `andPlain` is read as it is, as in a gate of more inputs, a `andInverted` as its complement, as in an
 * and-or-invert gate. All others are roots, but for those that an adder cell alone reads: an `andTerm` as it is, a `nandTerm` as
 * its complement. Adder cells have a class for each output.
 */
export const classes = [
  'input',
  'andRoot',
  'andPlain',
  'andInverted',
  'xorRoot',
  'xorInner',
  'muxRoot',
  'muxInner',
  'carry',
  'register',
  'andTerm',
  'nandTerm',
  'fullSum',
  'fullCarry',
  'halfSum',
  'halfCarry',
] as const;
export type ElementClass = (typeof classes)[number];

const classNumber = Object.fromEntries(classes.map((name, k) => [name, k])) as Readonly<
  Record<ElementClass, number>
>;

const { and: AND, xor: XOR, mux: MUX, carry: CARRY, register: REGISTER, constant: CONSTANT } = kindNumber;
const byKind = new Uint8Array(classes.length);
byKind[AND] = classNumber.andRoot;
byKind[XOR] = classNumber.xorRoot;
byKind[MUX] = classNumber.muxRoot;
byKind[CARRY] = classNumber.carry;
byKind[REGISTER] = classNumber.register;
for (const name of ['fullSum', 'fullCarry', 'halfSum', 'halfCarry'] as const)
  byKind[kindNumber[name]] = classNumber[name];

/** The class of each element, as its index in `classes`. */
export function classesOf(sketch: Sketch): Uint8Array {
  const { count, kind, a, b, c, fanout } = sketch;
  const found = new Uint8Array(count);
  for (let id = 1; id < count; id++) found[id] = byKind[kind[id]!]!;
  const read = (literal: number, by: number): void => {
    const id = literal >> 1;
    if (fanout[id] !== 1) return;
    if (by > REGISTER && kind[id] === AND)
      found[id] = literal & 1 ? classNumber.nandTerm : classNumber.andTerm;
    else if (by === AND && kind[id] === AND)
      found[id] = literal & 1 ? classNumber.andInverted : classNumber.andPlain;
    else if (by === XOR && kind[id] === XOR) found[id] = classNumber.xorInner;
    else if ((by === MUX || by === AND) && kind[id] === MUX) found[id] = classNumber.muxInner;
  };
  for (let id = 1; id < count; id++) {
    const by = kind[id]!;
    if (by === CONSTANT || by === REGISTER || by === CARRY) continue;
    // The selecting bit of a multiplexer is no part of it.
    if (arity[by]! > 0 && by !== MUX) read(a[id]!, by);
    if (arity[by]! > 1) read(b[id]!, by);
    if (arity[by]! > 2) read(c[id]!, by);
  }
  return found;
}
