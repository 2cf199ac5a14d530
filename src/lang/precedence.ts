import type { BinaryOperator, Expression, UnaryOperator } from './syntax.js';
import type { Span } from './span.js';

/** How tightly operators bind; more is tighter. All of one strength associate to the left. */
const strengths: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '|': 5,
  '^': 6,
  '&': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};

const prefixStrengths: Readonly<Record<UnaryOperator, number>> = { not: 3, '-': 11, '~': 11 };

/** An operator as it was read, before or between operands. */
export type Sign =
  | { readonly kind: 'prefix'; readonly operator: UnaryOperator; readonly at: Span }
  | { readonly kind: 'infix'; readonly operator: BinaryOperator };

/**
 * The tree of a flat run of operands and operators, in their order: any number of prefixes, an operand, and again
 * after each infix operator. `cover` gives the span from the start of one to the end of another;
 * `onDepth` hears how many operators wait for their right operand at once, which is how deep the tree grows to the right.
 */
export function climb(
  run: readonly (Sign | Expression)[],
  cover: (from: Span, to: Span) => Span,
  onDepth: (pending: number, at: Span) => void,
): Expression {
  const operands: Expression[] = [];
  const signs: Sign[] = [];

  function reduce(): void {
    const sign = signs.pop()!;
    const right = operands.pop()!;
    if (sign.kind === 'prefix') {
      operands.push({ kind: 'unary', operator: sign.operator, operand: right, at: cover(sign.at, right.at) });
    } else {
      const left = operands.pop()!;
      const at = cover(left.at, right.at);
      operands.push({ kind: 'binary', operator: sign.operator, left, right, at });
    }
  }

  for (const part of run) {
    if (part.kind !== 'prefix' && part.kind !== 'infix') {
      operands.push(part);
      onDepth(signs.length, part.at);
    } else {
      if (part.kind === 'infix')
        while (signs.length > 0 && strength(signs.at(-1)!) >= strengths[part.operator]) reduce();
      signs.push(part);
    }
  }
  while (signs.length > 0) reduce();
  return operands[0]!;
}

function strength(sign: Sign): number {
  return sign.kind === 'prefix' ? prefixStrengths[sign.operator] : strengths[sign.operator];
}
