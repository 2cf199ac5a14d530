import type { Draft, Id } from '../ir/index.js';

/** Makes nodes of one cell: from its operands, its parameters and the width of its output. */
type Make = (
  d: Draft,
  operand: (port: string) => Id,
  parameter: (name: string) => number,
  width: number,
) => Id;

/**
 * The combinational cells of Yosys' internal library, each as nodes. The manual has their meaning (section
 * "Internal cell library"): operands are widened by their signs to what the cell computes at.
 */
export const combinational: Readonly<Record<string, Make>> = {
  $pos: unary((_, a) => a),
  $not: unary((d, a) => d.not(a)),
  $neg: unary((d, a) => d.binary('sub', d.constant(0n, d.widthOf(a)), a)),
  $and: bitwise((d, a, b) => d.binary('and', a, b)),
  $or: bitwise((d, a, b) => d.binary('or', a, b)),
  $xor: bitwise((d, a, b) => d.binary('xor', a, b)),
  $xnor: bitwise((d, a, b) => d.not(d.binary('xor', a, b))),
  $add: bitwise((d, a, b) => d.binary('add', a, b)),
  $sub: bitwise((d, a, b) => d.binary('sub', a, b)),
  $mul: bitwise((d, a, b, signed) => d.slice(d.mul(a, b, signed), 0, d.widthOf(a))),
  $eq: comparison((d, a, b) => d.compare('eq', a, b, false)),
  $ne: comparison((d, a, b) => d.not(d.compare('eq', a, b, false))),
  $lt: comparison((d, a, b, signed) => d.compare('lt', a, b, signed)),
  $gt: comparison((d, a, b, signed) => d.compare('lt', b, a, signed)),
  $ge: comparison((d, a, b, signed) => d.not(d.compare('lt', a, b, signed))),
  $le: comparison((d, a, b, signed) => d.not(d.compare('lt', b, a, signed))),
  $shl: shifted('left'),
  $sshl: shifted('left'),
  $shr: shifted('right'),
  $sshr: shifted('right', true),
  $mux: (d, operand) => d.mux(operand('S'), operand('B'), operand('A')),
  $pmux: parallel,
  $reduce_and: reduction((d, a) => d.reduce('and', a)),
  $reduce_or: reduction((d, a) => d.reduce('or', a)),
  $reduce_bool: reduction((d, a) => d.reduce('or', a)),
  $reduce_xor: reduction((d, a) => d.reduce('xor', a)),
  $reduce_xnor: reduction((d, a) => d.not(d.reduce('xor', a))),
  $logic_not: reduction((d, a) => d.not(d.reduce('or', a))),
  $logic_and: logical('and'),
  $logic_or: logical('or'),
};

function sized(d: Draft, id: Id, width: number, signed: boolean): Id {
  return d.widthOf(id) >= width ? d.slice(id, 0, width) : d.extend(id, width, signed);
}

function unary(make: (d: Draft, a: Id) => Id): Make {
  return (d, operand, parameter, width) =>
    make(d, sized(d, operand('A'), width, parameter('A_SIGNED') === 1));
}

/** Both operands at the output's width, where the low bits of the result depend on low bits only. */
function bitwise(make: (d: Draft, a: Id, b: Id, signed: boolean) => Id): Make {
  return (d, operand, parameter, width) => {
    const signed = areSigned(parameter);
    return make(d, sized(d, operand('A'), width, signed), sized(d, operand('B'), width, signed), signed);
  };
}

/** An operation is signed where both its operands are, as in Verilog. */
function areSigned(parameter: (name: string) => number): boolean {
  return parameter('A_SIGNED') === 1 && parameter('B_SIGNED') === 1;
}

function comparison(make: (d: Draft, a: Id, b: Id, signed: boolean) => Id): Make {
  return (d, operand, parameter, width) => {
    const signed = areSigned(parameter);
    const [a, b] = [operand('A'), operand('B')];
    const most = Math.max(d.widthOf(a), d.widthOf(b));
    return d.extend(make(d, sized(d, a, most, signed), sized(d, b, most, signed), signed), width, false);
  };
}

/** The shifted operand is widened to the output first; a shift to the right beyond it sees the operand's own bits. */
function shifted(direction: 'left' | 'right', arithmetic = false): Make {
  return (d, operand, parameter, width) => {
    const [a, by] = [operand('A'), operand('B')];
    const signed = parameter('A_SIGNED') === 1;
    const wide = d.extend(a, Math.max(width, d.widthOf(a)), signed);
    return d.slice(d.shift(direction, wide, by, arithmetic && signed), 0, width);
  };
}

function reduction(make: (d: Draft, a: Id) => Id): Make {
  return (d, operand, _, width) => d.extend(make(d, operand('A')), width, false);
}

function logical(op: 'and' | 'or'): Make {
  return (d, operand, _, width) => {
    const [a, b] = [d.reduce('or', operand('A')), d.reduce('or', operand('B'))];
    return d.extend(d.binary(op, a, b), width, false);
  };
}

/** One of the words of `B` if its bit of `S` is 1; `A` if none is. Several bits at once leave it undefined in Yosys. */
function parallel(d: Draft, operand: (port: string) => Id, _: unknown, width: number): Id {
  const [choices, when] = [operand('B'), operand('S')];
  let word = operand('A');
  for (let i = d.widthOf(when) - 1; i >= 0; i--)
    word = d.mux(d.slice(when, i, 1), d.slice(choices, i * width, width), word);
  return word;
}
