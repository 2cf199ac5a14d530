import { success, type Result } from '../base/index.js';
import { placeComments, type Remark, type Remarks } from './comments.js';
import { argumentLayout, expressionLayout, listLayout, valueLayout } from './expression-layout.js';
import { all, group, hardLine, indent, joined, line, render, sequence, type Layout } from './layout.js';
import { parseSource } from './parse.js';
import { sourceOf, type Span } from './span.js';
import { sweepStatementLayout } from './sweep-layout.js';
import type {
  DatapathSyntax,
  Domain,
  Expression,
  ParameterSyntax,
  SourceFile,
  Statement,
  SweepStatement,
  SweepSyntax,
} from './syntax.js';

/**
 * The canonical text of a design: one statement a line, one blank between words, at most one empty line between
 * statements, lines of at most about 100 characters. Comments and parentheses stay. Formatting it again changes
 * nothing, and its syntax tree is the same.
 */
export function formatSource(text: string, file: string): Result<string> {
  const parsed = parseSource(text, file);
  if (!parsed.ok) return parsed;
  const source = sourceOf(text, file);
  const remarks = placeComments(source, parsed.value);
  const rows: Layout[] = [];
  definitionsOf(parsed.value).forEach((one, i) => {
    if (i > 0) rows.push('');
    const layout = 'parameters' in one ? datapathLayout(remarks, one) : sweepLayout(remarks, one);
    append(rows, rowsWith(remarks, one.at.start, layout, i > 0));
  });
  const rest = remarks.inside(undefined);
  if (rest.length > 0 && rest[0]!.apart) rows.push('');
  append(rows, remarkRows(rest, true));
  return success(`${render(lines(rows))}\n`);
}

/** Datapaths and sweeps in the order of the text. */
function definitionsOf({ datapaths, sweeps }: SourceFile): (DatapathSyntax | SweepSyntax)[] {
  return [...datapaths, ...sweeps].sort((a, b) => a.at.start - b.at.start);
}

function append(rows: Layout[], more: readonly Layout[]): void {
  for (const row of more) rows.push(row);
}

function lines(rows: readonly Layout[]): Layout {
  return joined(rows, hardLine);
}

/** Comments a row each, with their empty lines between; `started` if the first is not to be set apart. */
function remarkRows(remarks: readonly Remark[], started: boolean): Layout[] {
  return remarks.flatMap(({ text, apart, lifted }, i) =>
    apart && !(lifted && i > 0) && (i > 0 || !started) ? ['', text] : [text],
  );
}

/** A node's row with the comments before and behind it; `first` if no empty line is to stand before. */
function rowsWith(remarks: Remarks, start: number, layout: Layout, first: boolean): Layout[] {
  const { before, behind } = remarks.at(start);
  const rows = remarkRows(before, first || start === 0);
  if (remarks.apart(start) && before.at(-1)?.lifted === false) rows.push('');
  const trailing = behind.map(({ text }) => ` ${text}`);
  return [...rows, trailing.length === 0 ? layout : all([layout, ...trailing])];
}

function datapathLayout(remarks: Remarks, datapath: DatapathSyntax): Layout {
  const { name, parameters, statements, at } = datapath;
  const list = parameters.map((one) => ({ start: one.at.start, layout: parameterLayout(remarks, one) }));
  const head = sequence(
    `datapath ${name.text}`,
    list.length > 0 ? listLayout(remarks, '(', list, ')') : '',
    ' {',
  );
  return bodyLayout(remarks, head, at.start, statements, (one) => statementLayout(remarks, one));
}

function sweepLayout(remarks: Remarks, { name, statements, at }: SweepSyntax): Layout {
  const set = (one: SweepStatement): Layout => sweepStatementLayout(remarks, one);
  return bodyLayout(remarks, `sweep ${name.text} {`, at.start, statements, set);
}

/** Statements in braces, a line each, with the comments that belong to them. */
function bodyLayout<T extends { readonly at: Span }>(
  remarks: Remarks,
  head: Layout,
  whole: number,
  statements: readonly T[],
  set: (statement: T) => Layout,
): Layout {
  const rows: Layout[] = [];
  for (const statement of statements) {
    const { start } = statement.at;
    const apart = (remarks.at(start).before[0]?.apart ?? remarks.apart(start)) && rows.length > 0;
    if (apart) rows.push('');
    append(rows, rowsWith(remarks, start, group(set(statement)), true));
  }
  const rest = remarks.inside(whole);
  if (rest[0]?.apart && rows.length > 0) rows.push('');
  append(rows, remarkRows(rest, true));
  if (rows.length === 0) return sequence(head, hardLine, '}');
  return sequence(head, indent(sequence(hardLine, lines(rows))), hardLine, '}');
}

function parameterLayout(remarks: Remarks, { name, domain, default: preset }: ParameterSyntax): Layout {
  return sequence(`${name.text}: `, domainLayout(remarks, domain), ' = ', expressionLayout(remarks, preset));
}

function domainLayout(remarks: Remarks, domain: Domain): Layout {
  if (domain.kind === 'named') return expressionLayout(remarks, domain.choice);
  return sequence(expressionLayout(remarks, domain.least), '..', expressionLayout(remarks, domain.most));
}

function statementLayout(remarks: Remarks, statement: Statement): Layout {
  const set = (expression: Expression): Layout => expressionLayout(remarks, expression);
  switch (statement.kind) {
    case 'in':
      return sequence(`${lead(statement)}in ${statement.name.text}: `, set(statement.type));
    case 'out': {
      const type = statement.type ? sequence(': ', set(statement.type)) : '';
      const value = valueLayout(remarks, statement.value);
      const when = statement.when ? indent(sequence(line(' '), 'when ', set(statement.when))) : '';
      return sequence(`${lead(statement)}out ${statement.name.text}`, type, ' =', value, when);
    }
    case 'let':
      return sequence(`let ${statement.name.text} =`, valueLayout(remarks, statement.value));
    case 'type':
      return sequence(`type ${statement.name.text} = `, set(statement.type));
    case 'reg': {
      const { name, type, reset, next, when } = statement;
      return sequence(
        `reg ${name.text}: `,
        set(type),
        reset ? sequence(' reset ', set(reset)) : '',
        next ? sequence(' =', valueLayout(remarks, next)) : '',
        when ? indent(sequence(line(' '), 'when ', set(when))) : '',
      );
    }
    case 'pipeline': {
      const args = statement.args.map((one) => ({
        start: one.at.start,
        layout: argumentLayout(remarks, one),
      }));
      return sequence('pipeline', listLayout(remarks, '(', args, ')', statement.at.start));
    }
  }
}

function lead({ stream }: { readonly stream: boolean }): string {
  return stream ? 'stream ' : '';
}
