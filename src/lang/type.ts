import type { Diagnostic } from '../base/index.js';
import type { Type } from '../builder/index.js';
import {
  bits,
  fixed,
  formatName,
  int,
  microscaling,
  numberFormatOf,
  uint,
  ufixed,
  vsQuant,
  type Format,
  type NumberFormat,
} from '../format/index.js';
import { integerIn } from './constant.js';
import { evaluate } from './expression.js';
import { describeItem, isNothing, nothing, type Item, type NamedType } from './item.js';
import { limits } from './limits.js';
import { wrongUse } from './problems.js';
import { blockType } from './record.js';
import { refuse, refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { Expression } from './syntax.js';

/** The type that an expression stands for; undefined after a diagnostic. */
export function evaluateType(scope: Scope, expression: Expression): Type | undefined {
  const type = evaluatePortType(scope, expression);
  if (!Array.isArray(type)) return type as Type | undefined;
  refuse(scope, expression.at, wrongUse('what stands here', 'the type of one word', 'the type of a record'));
  return undefined;
}

/** The type of a port, or the fields of a record; undefined after a diagnostic. */
export function evaluatePortType(
  scope: Scope,
  expression: Expression,
): Type | readonly NamedType[] | undefined {
  const item = evaluate(scope, expression);
  if (item.kind === 'record type') return item.fields;
  if (item.kind === 'type') return item.type;
  if (!isNothing(item)) refuse(scope, expression.at, notAType(item));
  return undefined;
}

/** That an item is no type where one is due. */
export function notAType(item: Item): Diagnostic {
  const found = item.kind === 'word' ? `a value of ${describeItem(item)}` : describeItem(item);
  return wrongUse('what stands here', 'a type, as `int(8)`', found);
}

/** As `evaluateType`, for types that are no vectors. */
export function evaluateFormat(scope: Scope, expression: Expression): Format | undefined {
  const type = evaluateType(scope, expression);
  if (type?.kind !== 'vector') return type;
  refuse(scope, expression.at, wrongUse('what stands here', 'the type of one word', 'a vector type'));
  return undefined;
}

const words: Readonly<Record<'int' | 'uint' | 'bits', (width: number) => Format>> = { int, uint, bits };

/** `int(8)`, `uint(8)`, `bits(8)` */
export function wordType(scope: Scope, name: keyof typeof words, width: Expression): Item {
  const bitCount = integerIn(scope, evaluate(scope, width), width.at, 'the width', 1, limits.wordBits);
  return bitCount === undefined ? nothing : { kind: 'type', type: words[name](bitCount) };
}

/** `fixed(4, 12)`, `ufixed(4, 12)`: bits before and after the point. */
export function fixedType(
  scope: Scope,
  name: 'fixed' | 'ufixed',
  before: Expression,
  after: Expression,
  at: Span,
): Item {
  const half = limits.wordBits / 2;
  const whole = integerIn(scope, evaluate(scope, before), before.at, 'the bits before the point', 0, half);
  const fraction = integerIn(scope, evaluate(scope, after), after.at, 'the bits after the point', 0, half);
  if (whole === undefined || fraction === undefined) return nothing;
  if (whole + fraction === 0)
    return refuseItem(scope, at, wrongUse('a number', 'at least 1 bit wide', '0 bits wide'));
  return { kind: 'type', type: (name === 'fixed' ? fixed : ufixed)(whole, fraction) };
}

/** `fp(5, 10)`, `fp(2, 3, finite)`: exponent bits, mantissa bits, and words that say how codes are used. */
export function floatType(scope: Scope, values: readonly Expression[], at: Span): Item {
  const [exponent, mantissa] = values.slice(0, 2).map((value) => bitsIn(scope, value));
  const words = values.slice(2).map((value) => (value.kind === 'name' ? value.name : '?'));
  if (values.length >= 2 && (exponent === undefined || mantissa === undefined)) return nothing;
  const made = numberFormatOf(`fp(${[exponent ?? '', mantissa ?? '', ...words].join(', ')})`);
  if (made.ok) return { kind: 'type', type: made.value };
  return refuseItem(scope, at, made.diagnostics[0]!);
}

function bitsIn(scope: Scope, value: Expression): number | undefined {
  return integerIn(scope, evaluate(scope, value), value.at, 'the number of bits', 0, 52);
}

/** `mx(fp4_e2m1, 32)`, or with a scale format `vsq(int(4), 16, uint(4))`. */
export function scaledType(
  scope: Scope,
  at: Span,
  element: Expression,
  length: Expression,
  scale: Expression | undefined,
): Item {
  const elements = evaluateNumberFormat(scope, element);
  const block = integerIn(scope, evaluate(scope, length), length.at, 'the block length', 1, limits.elements);
  const scales = scale && evaluateNumberFormat(scope, scale);
  if (!elements || block === undefined || (scale && !scales)) return nothing;
  const made = scales ? vsQuant(elements, block, scales) : microscaling(elements, block);
  return made.ok ? blockType(made.value) : refuseItem(scope, at, made.diagnostics[0]!);
}

function evaluateNumberFormat(scope: Scope, expression: Expression): NumberFormat | undefined {
  const format = evaluateFormat(scope, expression);
  if (!format || format.kind === 'fixed' || format.kind === 'float') return format;
  refuse(scope, expression.at, wrongUse('what stands here', 'a number format', `\`${formatName(format)}\``));
  return undefined;
}
