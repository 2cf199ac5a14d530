import type { Remarks } from './comments.js';
import { argumentLayout, expressionLayout, listLayout, valueLayout } from './expression-layout.js';
import { indent, joined, line, sequence, type Layout } from './layout.js';
import type { Expression, MeasuredSyntax, SweepStatement } from './syntax.js';

/** How a statement of a sweep is set. */
export function sweepStatementLayout(remarks: Remarks, statement: SweepStatement): Layout {
  const set = (expression: Expression): Layout => expressionLayout(remarks, expression);
  switch (statement.kind) {
    case 'varies': {
      const { name, values, most, step, when } = statement;
      return sequence(
        `${name.text} in `,
        set(values),
        most ? sequence('..', set(most)) : '',
        step ? sequence(' step ', set(step)) : '',
        when ? indent(sequence(line(' '), 'when ', set(when))) : '',
      );
    }
    case 'where':
      return sequence('where ', set(statement.condition));
    case 'measure':
      return sequence('measure ', list(statement.measures.map((one) => measuredLayout(set, one))));
    case 'derived':
      return sequence(`let ${statement.name.text} =`, valueLayout(remarks, statement.value));
    case 'pareto':
      return sequence(
        'pareto ',
        list(statement.objectives.map(({ direction, measure }) => `${direction} ${measure.text}`)),
      );
    case 'setting': {
      const args = statement.args.map((one) => ({
        start: one.at.start,
        layout: argumentLayout(remarks, one),
      }));
      return sequence(statement.name.text, listLayout(remarks, '(', args, ')', statement.at.start));
    }
  }
}

function measuredLayout(set: (expression: Expression) => Layout, { value, as }: MeasuredSyntax): Layout {
  return as ? sequence(set(value), ` as ${as.text}`) : set(value);
}

function list(items: readonly Layout[]): Layout {
  return indent(joined(items, sequence(',', line(' '))));
}
