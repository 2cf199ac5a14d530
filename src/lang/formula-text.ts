import type { Diagnostic } from '../base/index.js';
import { badSweep } from './problems.js';
import type { BinaryOperator, Expression } from './syntax.js';

export type ScalarValue = number | string | boolean;

type Report = (diagnostic: Diagnostic) => void;

const operators: readonly BinaryOperator[] = [
  ...(['or', 'and', '==', '!=', '<', '<=', '>', '>='] as const),
  ...(['+', '-', '*', '/', '%'] as const),
];

/**
 * An expression of a sweep in the notation of mathjs; one that is wholly text in quotes is such a formula itself, with units
 * (`"energy / delay to mW"`). Division is that of real numbers. What has no meaning over points is reported.
 */
export function formulaText(expression: Expression, report: Report): string {
  return expression.kind === 'text' ? expression.text : translated(expression, report);
}

function translated(expression: Expression, report: Report): string {
  const set = (inner: Expression): string => translated(inner, report);
  switch (expression.kind) {
    case 'integer':
      return numberOf(expression.image);
    case 'text':
      return JSON.stringify(expression.text);
    case 'truth':
      return String(expression.value);
    case 'name':
      return expression.name;
    case 'group':
      return `(${set(expression.inner)})`;
    case 'unary':
      if (expression.operator === '~') break;
      return `(${expression.operator === 'not' ? 'not ' : '-'}${set(expression.operand)})`;
    case 'binary':
      if (!operators.includes(expression.operator)) break;
      return `(${set(expression.left)} ${expression.operator} ${set(expression.right)})`;
    case 'choose':
      return `(${set(expression.condition)} ? ${set(expression.yes)} : ${set(expression.no)})`;
    case 'call':
      if (expression.args.some(({ name }) => name)) break;
      return `${expression.callee.text}(${expression.args.map(({ value }) => set(value)).join(', ')})`;
  }
  report(
    badSweep(
      expression.at,
      'this has no meaning in a formula over points',
      'there is arithmetic, comparisons, and, or, not, if … then … else, and functions as min(a, b)',
    ),
  );
  return '0';
}

function numberOf(image: string): string {
  const plain = image.replaceAll('_', '');
  return plain.includes('.') ? plain : String(BigInt(plain));
}

/** A value that a variable or an argument can have: a number, text, a bare word, true or false; undefined after a report. */
export function scalar(expression: Expression, report: Report): ScalarValue | undefined {
  switch (expression.kind) {
    case 'integer':
      return Number(numberOf(expression.image));
    case 'text':
      return expression.text;
    case 'truth':
      return expression.value;
    case 'name':
      return expression.name;
    case 'unary': {
      const inner = expression.operator === '-' ? scalar(expression.operand, report) : undefined;
      if (typeof inner === 'number') return -inner;
    }
  }
  const hint = expression.kind === 'binary' ? 'put it in quotes, as `"model-first"`' : undefined;
  report(badSweep(expression.at, 'this must be a number, a word, text in quotes, true or false', hint));
  return undefined;
}

/** The values of a list. */
export function scalars(expression: Expression, report: Report): ScalarValue[] {
  if (expression.kind === 'vector') return expression.elements.flatMap((one) => scalar(one, report) ?? []);
  report(badSweep(expression.at, 'what a variable can be is a list, as `[4, 8]`, or a range, as `2..8`'));
  return [];
}
