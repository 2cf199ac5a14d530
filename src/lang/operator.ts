import { maximum, minimum, ones } from '../base/index.js';
import * as builder from '../builder/index.js';
import { sameFormat } from '../format/index.js';
import type { Comparison, Value } from '../builder/index.js';
import { combine, integerIn, integerItem } from './constant.js';
import { evaluate } from './expression.js';
import { describeItem, isConstant, isNothing, lift, nothing, type ChoiceItem, type Item } from './item.js';
import { build } from './build.js';
import { limits } from './limits.js';
import { noDivider, noRightShift, wrongUse } from './problems.js';
import { refuse, refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';
import {
  chain,
  type BinaryOperator,
  type BinarySyntax,
  type Expression,
  type UnarySyntax,
} from './syntax.js';

/** A run of binary operators, from the left. */
export function evaluateBinary(scope: Scope, expression: BinarySyntax): Item {
  const { first, rest } = chain(expression);
  let left = option(scope, first, choiceNamed(scope, rest[0]!.right)) ?? evaluate(scope, first);
  for (const step of rest) {
    const right = option(scope, step.right, left) ?? evaluate(scope, step.right);
    left = binary(scope, step, left, right);
  }
  return left;
}

/** A name beside a choice is one of its options, unless it is another choice. */
function option(scope: Scope, expression: Expression, beside: Item | undefined): Item | undefined {
  if (beside?.kind !== 'choice' || expression.kind !== 'name') return undefined;
  const { name, at } = expression;
  if (choiceNamed(scope, expression)) return undefined;
  if (beside.options.includes(name)) return { kind: 'choice', option: name, options: beside.options };
  return refuseItem(scope, at, builder.unknownName('choice', name, beside.options));
}

function choiceNamed(scope: Scope, expression: Expression): ChoiceItem | undefined {
  const item = expression.kind === 'name' ? scope.frame.names.get(expression.name) : undefined;
  return item?.kind === 'choice' ? item : undefined;
}

function binary(scope: Scope, { operator, at, left, right }: BinarySyntax, a: Item, b: Item): Item {
  if (isNothing(a) || isNothing(b)) return nothing;
  if (a.kind === 'choice' && b.kind === 'choice') return choices(scope, at, operator, a, b);
  const lists = a.kind === 'list' || b.kind === 'list';
  if (isConstant(a) && isConstant(b) && !lists) return combine(scope, at, operator, a, b);
  return words(scope, at, operator, { item: a, at: left.at }, { item: b, at: right.at });
}

function choices(scope: Scope, at: Span, operator: BinaryOperator, a: ChoiceItem, b: ChoiceItem): Item {
  if (operator === '==') return { kind: 'truth', value: a.option === b.option };
  if (operator === '!=') return { kind: 'truth', value: a.option !== b.option };
  return refuseItem(scope, at, wrongUse(`the operands of \`${operator}\``, 'numbers', describeItem(a)));
}

interface Operand {
  readonly item: Item;
  readonly at: Span;
}

function words(scope: Scope, at: Span, operator: BinaryOperator, a: Operand, b: Operand): Item {
  switch (operator) {
    case '+':
      return arithmetic(scope, at, builder.add, a, b);
    case '-':
      return arithmetic(scope, at, builder.sub, a, b);
    case '*':
      return arithmetic(scope, at, builder.mul, a, b);
    case '<<':
      return shifted(scope, at, a, b);
    case '>>':
      return refuseItem(scope, at, noRightShift());
    case '/':
    case '%':
      return refuseItem(scope, at, noDivider(operator));
    case 'and':
    case 'or':
      return truths(scope, at, operator, a, b);
    case '&':
      return bitwise(scope, at, 'and', a, b);
    case '|':
      return bitwise(scope, at, 'or', a, b);
    case '^':
      return bitwise(scope, at, 'xor', a, b);
    default:
      return compared(scope, at, operator, a, b);
  }
}

function arithmetic(scope: Scope, at: Span, make: typeof builder.add, a: Operand, b: Operand): Item {
  const x = lift(scope, a.item, a.at);
  const y = lift(scope, b.item, b.at);
  return build(scope, at, (datapath) => make(datapath, x, y));
}

function shifted(scope: Scope, at: Span, a: Operand, b: Operand): Item {
  const by = integerIn(scope, b.item, b.at, 'the shift distance', 0, limits.integerBits);
  const x = lift(scope, a.item, a.at);
  return by === undefined ? nothing : build(scope, at, (datapath) => builder.shiftLeft(datapath, x, by));
}

function truths(scope: Scope, at: Span, operator: 'and' | 'or', a: Operand, b: Operand): Item {
  const x = truth(scope, a, `the left operand of \`${operator}\``);
  const y = truth(scope, b, `the right operand of \`${operator}\``);
  return x && y ? build(scope, at, (datapath) => builder.logic(datapath, operator, x, y)) : nothing;
}

/** The operand as a bool of the circuit; undefined after a diagnostic. */
function truth(scope: Scope, { item, at }: Operand, what: string): Value | undefined {
  if (item.kind === 'integer') {
    refuse(scope, at, wrongUse(what, 'a bool', describeItem(item)));
    return undefined;
  }
  const value = lift(scope, item, at);
  scope.frame.datapath.draft.place = at;
  return builder.truth(scope.frame.datapath, value, what);
}

function bitwise(scope: Scope, at: Span, op: 'and' | 'or' | 'xor', a: Operand, b: Operand): Item {
  const x = alike(scope, a, b);
  const y = alike(scope, b, a);
  const wrong = [x, y].find((value) => value.kind === 'scalar' && value.type.kind === 'bool');
  if (wrong)
    return refuseItem(
      scope,
      at,
      wrongUse(
        'what is combined bit by bit',
        'numbers or bits (for bools write `and`, `or`, `!=`)',
        '`bool`',
      ),
    );
  if (x.kind === 'scalar' && y.kind === 'scalar' && !sameFormat(x.type, y.type))
    return refuseItem(
      scope,
      at,
      builder.differ('words combined bit by bit', builder.describe(x), builder.describe(y)),
    );
  return build(scope, at, (datapath) => builder.logic(datapath, op, x, y));
}

function compared(scope: Scope, at: Span, op: Comparison, a: Operand, b: Operand): Item {
  const x = isBits(b.item) ? alike(scope, a, b) : lift(scope, a.item, a.at);
  const y = isBits(a.item) ? alike(scope, b, a) : lift(scope, b.item, b.at);
  return build(scope, at, (datapath) => builder.compare(datapath, op, x, y));
}

function isBits(item: Item): boolean {
  return item.kind === 'word' && item.value.kind === 'scalar' && item.value.type.kind === 'bits';
}

/** The operand in the circuit; a number beside a word stands for bits of that word's format. */
function alike(scope: Scope, operand: Operand, other: Operand): Value {
  const { item, at } = operand;
  const beside = other.item.kind === 'word' ? other.item.value : undefined;
  if (item.kind !== 'integer' || beside?.kind !== 'scalar') return lift(scope, item, at);
  const { type } = beside;
  if (type.kind === 'bool' || type.kind === 'float') return lift(scope, item, at);
  const isSigned = type.kind === 'fixed' && type.signed;
  const least = minimum(type.width, isSigned);
  const most = isSigned && item.value < 0n ? maximum(type.width, true) : ones(type.width);
  const { datapath } = scope.frame;
  datapath.draft.place = at;
  if (item.value < least || item.value > most)
    return builder.reject(
      datapath,
      wrongUse('this number', `${type.width} bits at most`, describeItem(item)),
    );
  return builder.scalar(type, datapath.draft.constant(item.value, type.width));
}

/** `-x`, `~x`, `not x`. */
export function evaluateUnary(scope: Scope, { operator, operand, at }: UnarySyntax): Item {
  const item = evaluate(scope, operand);
  if (isNothing(item)) return nothing;
  switch (operator) {
    case '-':
      return negated(scope, at, item, operand.at);
    case 'not':
      return denied(scope, at, { item, at: operand.at });
    case '~':
      return inverted(scope, at, item, operand.at);
  }
}

function negated(scope: Scope, at: Span, item: Item, operandAt: Span): Item {
  if (item.kind === 'integer') return integerItem(scope, at, -item.value);
  const x = lift(scope, item, operandAt);
  scope.frame.datapath.draft.place = operandAt;
  const number = builder.numeric(scope.frame.datapath, x, 'the operand of `-`');
  return number ? build(scope, at, (datapath) => builder.negate(datapath, number)) : nothing;
}

function denied(scope: Scope, at: Span, operand: Operand): Item {
  if (operand.item.kind === 'truth') return { kind: 'truth', value: !operand.item.value };
  const x = truth(scope, operand, 'the operand of `not`');
  return x ? build(scope, at, (datapath) => builder.invert(datapath, x)) : nothing;
}

function inverted(scope: Scope, at: Span, item: Item, operandAt: Span): Item {
  if (
    isConstant(item) ||
    (item.kind === 'word' && item.value.kind === 'scalar' && item.value.type.kind === 'bool')
  )
    return refuseItem(
      scope,
      operandAt,
      wrongUse('what is inverted bit by bit', 'a word of numbers or bits', describeItem(item)),
    );
  const x = lift(scope, item, operandAt);
  return build(scope, at, (datapath) => builder.invert(datapath, x));
}
