import { bitLength, signedWidth } from '../base/index.js';
import {
  bits,
  bool,
  formatName,
  formatWidth,
  int,
  join,
  sameFormat,
  uint,
  type Fixed,
} from '../format/index.js';
import type { BinaryOp, Id } from '../ir/index.js';
import { describe, numeric, reject, single, truth, type Context, type NumberValue } from './context.js';
import { differ, floatCompared, mismatch, outOfRange } from './problems.js';
import { sameType } from './type.js';
import { poison, scalar, vectorOf, type Scalar, type Value } from './value.js';

/** The number as a constant of the narrowest integer format. */
export function literal(context: Context, value: bigint): Scalar {
  const type = value < 0n ? int(signedWidth(value)) : uint(Math.max(1, bitLength(value)));
  return scalar(type, context.draft.constant(value, type.width));
}

/** A constant of format bool. */
export function boolean(context: Context, value: boolean): Scalar {
  return scalar(bool, context.draft.constant(value ? 1n : 0n, 1));
}

/** The word of `value` in the wider format `to`, which holds every number of its own. */
export function fit(context: Context, value: NumberValue, to: Fixed): Id {
  const { draft } = context;
  const shift = to.fraction - value.type.fraction;
  const aligned = shift > 0 ? draft.concat([draft.constant(0n, shift), value.id]) : value.id;
  return draft.extend(aligned, to.width, value.type.signed);
}

function wider(format: Fixed, by: number): Fixed {
  return { ...format, width: format.width + by };
}

/** The exact sum; one bit wider than the format that holds both operands. */
export function add(context: Context, a: Value, b: Value): Value {
  return sumOf(context, 'add', a, b);
}

/** The exact difference; signed, one bit wider than the format that holds both operands. */
export function sub(context: Context, a: Value, b: Value): Value {
  return sumOf(context, 'sub', a, b);
}

function sumOf(context: Context, op: 'add' | 'sub', a: Value, b: Value): Value {
  const x = numeric(context, a, 'the left operand');
  const y = numeric(context, b, 'the right operand');
  if (!x || !y) return poison;
  const common = wider(join(x.type, y.type), 1);
  const type = op === 'sub' ? { ...common, signed: true } : common;
  return scalar(type, context.draft.binary(op, fit(context, x, type), fit(context, y, type)));
}

/** The exact negative. */
export function negate(context: Context, a: Value): Value {
  return sub(context, literal(context, 0n), a);
}

/** The exact product, as wide as both operands together; signed if one of them is. */
export function mul(context: Context, a: Value, b: Value): Value {
  const x = numeric(context, a, 'the left factor');
  const y = numeric(context, b, 'the right factor');
  if (!x || !y) return poison;
  const { draft } = context;
  const signed = x.type.signed || y.type.signed;
  const width = x.type.width + y.type.width;
  const product = draft.mul(signedFactor(context, x, signed), signedFactor(context, y, signed), signed);
  const fraction = x.type.fraction + y.type.fraction;
  return scalar({ kind: 'fixed', signed, width, fraction }, draft.slice(product, 0, width));
}

function signedFactor(context: Context, x: NumberValue, signed: boolean): Id {
  return signed && !x.type.signed ? context.draft.extend(x.id, x.type.width + 1, false) : x.id;
}

/** The product with 2^by, exactly: `by` more bits, all of them zero. `by` ≥ 0. */
export function shiftLeft(context: Context, a: Value, by: number): Value {
  const x = numeric(context, a, 'the shifted operand');
  if (!x) return poison;
  if (!Number.isInteger(by) || by < 0 || by > 4096)
    return reject(context, outOfRange('the shift distance', by, 0, 4096));
  if (by === 0) return x;
  const { draft } = context;
  return scalar(wider(x.type, by), draft.concat([draft.constant(0n, by), x.id]));
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Compares two numbers by value, or two words of one format for equality. */
export function compare(context: Context, op: Comparison, a: Value, b: Value): Value {
  const x = single(context, a, 'the left operand');
  const y = single(context, b, 'the right operand');
  if (!x || !y) return poison;
  const { draft } = context;
  if (x.type.kind !== 'fixed' || y.type.kind !== 'fixed') {
    if (x.type.kind === 'float' || y.type.kind === 'float') return reject(context, floatCompared(op));
    if (op !== '==' && op !== '!=')
      return reject(context, mismatch(`the operands of ${op}`, 'numbers', describe(x)));
    if (!sameFormat(x.type, y.type))
      return reject(context, differ('compared words', describe(x), describe(y)));
    const same = draft.compare('eq', x.id, y.id, false);
    return scalar(bool, op === '==' ? same : draft.not(same));
  }
  const common = join(x.type, y.type);
  const left = fit(context, x as NumberValue, common);
  const right = fit(context, y as NumberValue, common);
  return scalar(bool, compared(context, op, left, right, common.signed));
}

function compared(context: Context, op: Comparison, a: Id, b: Id, signed: boolean): Id {
  const { draft } = context;
  switch (op) {
    case '==':
      return draft.compare('eq', a, b, false);
    case '!=':
      return draft.not(draft.compare('eq', a, b, false));
    case '<':
      return draft.compare('lt', a, b, signed);
    case '>':
      return draft.compare('lt', b, a, signed);
    case '<=':
      return draft.not(draft.compare('lt', b, a, signed));
    case '>=':
      return draft.not(draft.compare('lt', a, b, signed));
  }
}

/** `yes` where `when` is true, else `no`; numbers meet in the format that holds both. Vectors by element. */
export function select(context: Context, when: Value, yes: Value, no: Value): Value {
  const condition = truth(context, when, 'a condition');
  if (!condition || yes.kind === 'poison' || no.kind === 'poison') return poison;
  if (yes.kind === 'vector' && no.kind === 'vector' && yes.elements.length === no.elements.length) {
    const elements = yes.elements.map((element, i) => select(context, when, element, no.elements[i]!));
    const first = elements[0]!;
    return first.kind === 'poison' ? poison : vectorOf(first.type, elements);
  }
  if (yes.kind === 'vector' || no.kind === 'vector')
    return reject(context, differ('the two branches', describe(yes), describe(no)));
  const { draft } = context;
  if (yes.type.kind === 'fixed' && no.type.kind === 'fixed') {
    const type = join(yes.type, no.type);
    const [a, b] = [fit(context, yes as NumberValue, type), fit(context, no as NumberValue, type)];
    return scalar(type, draft.mux(condition.id, a, b));
  }
  if (!sameFormat(yes.type, no.type))
    return reject(context, differ('the two branches', describe(yes), describe(no)));
  return scalar(yes.type, draft.mux(condition.id, yes.id, no.id));
}

/** Bit by bit `and`, `or`, `xor` of two words of one format. */
export function logic(
  context: Context,
  op: Extract<BinaryOp, 'and' | 'or' | 'xor'>,
  a: Value,
  b: Value,
): Value {
  const x = single(context, a, 'the left operand');
  const y = single(context, b, 'the right operand');
  if (!x || !y) return poison;
  if (!sameFormat(x.type, y.type))
    return reject(context, differ(`the operands of ${op}`, describe(x), describe(y)));
  return scalar(x.type, context.draft.binary(op, x.id, y.id));
}

/** Every bit inverted; for a bool, the other truth. */
export function invert(context: Context, a: Value): Value {
  const x = single(context, a, 'the operand');
  return x ? scalar(x.type, context.draft.not(x.id)) : poison;
}

/** Element number `index` of a vector. */
export function element(context: Context, value: Value, index: number): Value {
  if (value.kind === 'poison') return poison;
  if (value.kind !== 'vector')
    return reject(context, mismatch('what is indexed', 'a vector', describe(value)));
  if (!Number.isInteger(index) || index < 0 || index >= value.elements.length)
    return reject(context, outOfRange('the index', index, 0, value.elements.length - 1));
  return value.elements[index]!;
}

/** The bits `high` down to `low` of a word. */
export function bitRange(context: Context, value: Value, high: number, low: number): Value {
  const x = single(context, value, 'what is sliced');
  if (!x) return poison;
  const width = formatWidth(x.type);
  if (!Number.isInteger(high) || high < 0 || high >= width)
    return reject(context, outOfRange(`the high bit of \`${formatName(x.type)}\``, high, 0, width - 1));
  if (!Number.isInteger(low) || low < 0 || low > high)
    return reject(context, outOfRange('the low bit', low, 0, high));
  return scalar(bits(high - low + 1), context.draft.slice(x.id, low, high - low + 1));
}

/** Values of one type as a vector; numbers of several formats meet in the format that holds all. */
export function collect(context: Context, values: readonly Value[]): Value {
  if (values.length === 0) return reject(context, outOfRange('the length of a vector', 0, 1, 65536));
  if (values.some((value) => value.kind === 'poison')) return poison;
  const types = values.map((value) => (value as Exclude<Value, { kind: 'poison' }>).type);
  const different = types.findIndex((type) => !sameType(type, types[0]!));
  if (different < 0) return vectorOf(types[0]!, values);
  if (types.every((type) => type.kind === 'fixed')) {
    const type = types.reduce(join);
    return vectorOf(
      type,
      values.map((value) => scalar(type, fit(context, value as NumberValue, type))),
    );
  }
  return reject(
    context,
    differ('the elements of a vector', describe(values[0]!), describe(values[different]!)),
  );
}
