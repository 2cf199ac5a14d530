import type { Remarks } from './comments.js';
import { all, fill, group, hardLine, indent, joined, line, sequence, type Layout } from './layout.js';
import { chain, type ArgumentSyntax, type CallSyntax, type Expression, type VectorSyntax } from './syntax.js';

/** How an expression is set: as it was written, but for blanks and line breaks. */
export function expressionLayout(remarks: Remarks, expression: Expression): Layout {
  const set = (inner: Expression): Layout => expressionLayout(remarks, inner);
  switch (expression.kind) {
    case 'integer':
      return expression.image;
    case 'text':
      return `"${expression.text}"`;
    case 'truth':
      return String(expression.value);
    case 'name':
      return expression.name;
    case 'group':
      return group(sequence('(', indent(sequence(line(''), set(expression.inner))), line(''), ')'));
    case 'unary':
      return sequence(expression.operator === 'not' ? 'not ' : expression.operator, set(expression.operand));
    case 'binary':
      return binaryLayout(remarks, expression);
    case 'choose': {
      const { condition, yes, no } = expression;
      const then = indent(sequence(line(' '), 'then ', set(yes)));
      return group(sequence('if ', set(condition), then, indent(sequence(line(' '), 'else ', set(no)))));
    }
    case 'record': {
      const fields = expression.fields.map((one) => ({
        start: one.at.start,
        layout: argumentLayout(remarks, one),
      }));
      return listLayout(remarks, '{', fields, '}', expression.at.start);
    }
    case 'vector':
      return vectorLayout(remarks, expression);
    case 'comprehension': {
      const { element, variable, first, last } = expression;
      const range = sequence(`for ${variable.text} in `, set(first), '..', set(last));
      return group(sequence('[', indent(sequence(line(''), set(element), line(' '), range)), line(''), ']'));
    }
    case 'call':
      return callLayout(remarks, expression);
    case 'index':
      return sequence(set(expression.value), '[', set(expression.index), ']');
    case 'bits':
      return sequence(set(expression.value), '[', set(expression.high), ':', set(expression.low), ']');
    case 'output':
      return sequence(set(expression.value), `.${expression.name.text}`);
  }
}

/** Whether the expression, when broken over lines, begins on the line it is on. */
export function bracketed(expression: Expression): boolean {
  return ['call', 'vector', 'record', 'comprehension', 'group'].includes(expression.kind);
}

/** A run of binary operators; broken before the operators. */
function binaryLayout(remarks: Remarks, expression: Expression): Layout {
  const { first, rest } = chain(expression);
  const steps = rest.map(({ operator, right }) =>
    sequence(line(' '), `${operator} `, expressionLayout(remarks, right)),
  );
  return group(sequence(expressionLayout(remarks, first), indent(all(steps))));
}

function callLayout(remarks: Remarks, { callee, args, at }: CallSyntax): Layout {
  const items = args.map((one) => ({ start: one.at.start, layout: argumentLayout(remarks, one) }));
  return sequence(callee.text, listLayout(remarks, '(', items, ')', at.start));
}

export function argumentLayout(remarks: Remarks, { name, value, unit }: ArgumentSyntax): Layout {
  const bare = expressionLayout(remarks, value);
  const layout = unit ? sequence(bare, ` ${unit.text}`) : bare;
  return name ? sequence(`${name.text}: `, layout) : layout;
}

function vectorLayout(remarks: Remarks, { elements, at }: VectorSyntax): Layout {
  const items = elements.map((one) => ({ start: one.at.start, layout: expressionLayout(remarks, one) }));
  const plain = items.every(({ start }) => isPlain(remarks, start)) && remarks.inside(at.start).length === 0;
  if (!plain || elements.some((one) => one.kind === 'vector'))
    return listLayout(remarks, '[', items, ']', at.start);
  const parts = items.map(({ layout }, i) => (i < items.length - 1 ? sequence(layout, ',') : layout));
  return group(sequence('[', indent(sequence(line(''), fill(parts))), line(''), ']'));
}

function isPlain(remarks: Remarks, start: number): boolean {
  const { before, behind } = remarks.at(start);
  return before.length + behind.length === 0;
}

export interface ListItem {
  /** Where it starts in the text. */
  readonly start: number;
  readonly layout: Layout;
}

/** A list in brackets, on one line or an item a line; comments keep their items on lines of their own. */
export function listLayout(
  remarks: Remarks,
  open: string,
  items: readonly ListItem[],
  close: string,
  start?: number,
): Layout {
  const rest = start === undefined ? [] : remarks.inside(start);
  if (items.length === 0 && rest.length === 0) return open + close;
  const rows = items.map((item, i) => itemLayout(remarks, item, i < items.length - 1));
  const ends = rest.flatMap(({ text }) => [hardLine, text]);
  const inner = all([line(''), joined(rows, line(' ')), ...ends]);
  return group(sequence(open, indent(inner), line(''), close));
}

function itemLayout(remarks: Remarks, { start, layout }: ListItem, more: boolean): Layout {
  const { before, behind } = remarks.at(start);
  const lead = before.flatMap(({ text }) => [text, hardLine]);
  // A group without breaks that still cannot be set on one line: what follows `//` must start a new one.
  const trail = behind.map(({ text }) => sequence(` ${text}`, breakAfter));
  return all([...lead, layout, more ? ',' : '', ...trail]);
}

/** Nothing, but the group around it is broken. */
const breakAfter: Layout = { kind: 'sequence', parts: [], flat: Infinity };

/** What follows `=`: behind it if it opens with brackets of its own, else on the next line where it does not fit. */
export function valueLayout(remarks: Remarks, value: Expression): Layout {
  const layout = expressionLayout(remarks, value);
  return bracketed(value) ? sequence(' ', layout) : group(indent(sequence(line(' '), layout)));
}
