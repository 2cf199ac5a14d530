import { bitLength } from '../base/index.js';
import { outOfRange } from '../builder/index.js';
import {
  isConstant,
  isNothing,
  type Item,
  type IntegerItem,
  type ListItem,
  type TruthItem,
  describeItem,
} from './item.js';
import { limits } from './limits.js';
import { notConstant, tooLarge, wrongUse, zeroDivisor } from './problems.js';
import { refuse, refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { BinaryOperator } from './syntax.js';

/** The item if it is known when the design is made; else undefined, after a diagnostic. */
export function constant(
  scope: Scope,
  item: Item,
  at: Span,
  what: string,
): IntegerItem | TruthItem | ListItem | undefined {
  if (isConstant(item)) return item;
  if (!isNothing(item)) refuse(scope, at, notConstant(what, describeItem(item)));
  return undefined;
}

/** The item as an integer known when the design is made; else undefined, after a diagnostic. */
export function integer(scope: Scope, item: Item, at: Span, what: string): bigint | undefined {
  const known = constant(scope, item, at, what);
  if (!known || known.kind === 'integer') return known?.value;
  refuse(scope, at, wrongUse(what, 'an integer', describeItem(item)));
  return undefined;
}

/** As `integer`, for numbers from `least` to `most`. */
export function integerIn(
  scope: Scope,
  item: Item,
  at: Span,
  what: string,
  least: number,
  most: number,
): number | undefined {
  const value = integer(scope, item, at, what);
  if (value === undefined) return undefined;
  if (value >= least && value <= most) return Number(value);
  refuse(scope, at, outOfRange(what, value, least, most));
  return undefined;
}

/** An integer item, unless it is too long. */
export function integerItem(scope: Scope, at: Span, value: bigint): Item {
  if (bitLength(value < 0n ? -value : value) <= limits.integerBits) return { kind: 'integer', value };
  return refuseItem(scope, at, tooLarge('this integer has more bits', limits.integerBits));
}

/** Two values known when the design is made, combined; integers stay exact. */
export function combine(scope: Scope, at: Span, operator: BinaryOperator, a: Item, b: Item): Item {
  if (a.kind === 'integer' && b.kind === 'integer') return integers(scope, at, operator, a.value, b.value);
  if (a.kind === 'truth' && b.kind === 'truth') {
    const value = truths(operator, a.value, b.value);
    if (value !== undefined) return { kind: 'truth', value };
  }
  const [due, wrong] =
    operator === 'and' || operator === 'or'
      ? ['bools', a.kind === 'truth' ? b : a]
      : ['numbers', a.kind === 'integer' ? b : a];
  return refuseItem(scope, at, wrongUse(`the operands of \`${operator}\``, due, describeItem(wrong)));
}

function truths(operator: BinaryOperator, a: boolean, b: boolean): boolean | undefined {
  switch (operator) {
    case 'and':
      return a && b;
    case 'or':
      return a || b;
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    default:
      return undefined;
  }
}

function integers(scope: Scope, at: Span, operator: BinaryOperator, a: bigint, b: bigint): Item {
  switch (operator) {
    case '+':
      return integerItem(scope, at, a + b);
    case '-':
      return integerItem(scope, at, a - b);
    case '*':
      return integerItem(scope, at, a * b);
    case '/':
    case '%':
      return divided(scope, at, operator, a, b);
    case '<<':
    case '>>':
      return shifted(scope, at, operator, a, b);
    case '&':
      return { kind: 'integer', value: a & b };
    case '|':
      return { kind: 'integer', value: a | b };
    case '^':
      return { kind: 'integer', value: a ^ b };
    case 'and':
    case 'or': {
      const found = describeItem({ kind: 'integer', value: a });
      return refuseItem(scope, at, wrongUse(`the operands of \`${operator}\``, 'bools', found));
    }
    default:
      return { kind: 'truth', value: compared(operator, a, b) };
  }
}

function compared(operator: '==' | '!=' | '<' | '<=' | '>' | '>=', a: bigint, b: bigint): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** The quotient rounded down to negative infinity, and the rest, which has the divisor's sign. */
function divided(scope: Scope, at: Span, operator: '/' | '%', a: bigint, b: bigint): Item {
  if (b === 0n) return refuseItem(scope, at, zeroDivisor());
  const rest = ((a % b) + b) % b;
  return { kind: 'integer', value: operator === '%' ? rest : (a - rest) / b };
}

function shifted(scope: Scope, at: Span, operator: '<<' | '>>', a: bigint, by: bigint): Item {
  if (by < 0n || by > limits.integerBits) {
    return refuseItem(scope, at, outOfRange('the shift distance', by, 0, limits.integerBits));
  }
  return operator === '<<' ? integerItem(scope, at, a << by) : { kind: 'integer', value: a >> by };
}
