import { unreachable } from '../base/index.js';

/** A cell's function as a tree over its pins. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'pin'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or' | 'xor'; readonly left: Expression; readonly right: Expression };

/**
 * Reads a Liberty function: `!` before or `'` after for not; `&`, `*` or a blank for and; `^`; `+` or `|` for or;
 * `0` and `1`. They bind in that order, as Liberty's user guide says. Undefined where the text is not of this form.
 */
export function parseExpression(text: string): Expression | undefined {
  const tokens = text.match(/[A-Za-z_][\w.[\]]*|[01](?!\w)|[()!'&*^+|]|\S/g) ?? [];
  let at = 0;

  function chain(
    kind: 'and' | 'or' | 'xor',
    joins: (token: string) => boolean,
    operand: () => Expression | undefined,
  ): Expression | undefined {
    let left = operand();
    while (left && at < tokens.length && joins(tokens[at]!)) {
      if (isOperator(tokens[at]!)) at++;
      const right = operand();
      left = right && { kind, left, right };
    }
    return left;
  }
  const or = (): Expression | undefined => chain('or', (token) => token === '+' || token === '|', xor);
  const xor = (): Expression | undefined => chain('xor', (token) => token === '^', and);
  const and = (): Expression | undefined =>
    chain('and', (token) => token === '&' || token === '*' || startsOperand(token), not);

  function not(): Expression | undefined {
    if (tokens[at] === '!') {
      at++;
      const of = not();
      return of && { kind: 'not', of };
    }
    let inner = atom();
    for (; inner && tokens[at] === "'"; at++) inner = { kind: 'not', of: inner };
    return inner;
  }

  function atom(): Expression | undefined {
    const token = tokens[at++];
    if (token === undefined) return undefined;
    if (token === '(') {
      const inner = or();
      return tokens[at++] === ')' ? inner : undefined;
    }
    if (token === '0' || token === '1') return { kind: 'constant', value: token === '1' };
    return /^[A-Za-z_]/.test(token) ? { kind: 'pin', name: token } : undefined;
  }

  const whole = or();
  return at === tokens.length ? whole : undefined;
}

/** The pins an expression reads, each once, in the order of their first use. */
export function pinsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'constant':
      return [];
    case 'pin':
      return [expression.name];
    case 'not':
      return pinsOf(expression.of);
    case 'and':
    case 'or':
    case 'xor':
      return [...new Set([...pinsOf(expression.left), ...pinsOf(expression.right)])];
    default:
      return unreachable(expression);
  }
}

/** The value of an expression, with every pin's value given; a pin that is not given counts as 0. */
export function evaluate(expression: Expression, pins: ReadonlyMap<string, boolean>): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'pin':
      return pins.get(expression.name) ?? false;
    case 'not':
      return !evaluate(expression.of, pins);
    case 'and':
      return evaluate(expression.left, pins) && evaluate(expression.right, pins);
    case 'or':
      return evaluate(expression.left, pins) || evaluate(expression.right, pins);
    case 'xor':
      return evaluate(expression.left, pins) !== evaluate(expression.right, pins);
    default:
      return unreachable(expression);
  }
}

/** The truth table over `pins`: bit i is the value where pin k has bit k of i. At most 16 pins. */
export function truthTable(expression: Expression, pins: readonly string[]): boolean[] {
  return Array.from({ length: 2 ** pins.length }, (_, row) =>
    evaluate(expression, new Map(pins.map((pin, k) => [pin, ((row >> k) & 1) === 1]))),
  );
}

function isOperator(token: string): boolean {
  return '&*^+|'.includes(token);
}

function startsOperand(token: string): boolean {
  return /^[A-Za-z_01(!]/.test(token);
}
