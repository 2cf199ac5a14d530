import { startsLine } from './about.js';
import { lineOf, type Source, type Span } from './span.js';
import {
  expressionsOf,
  parts,
  sweepExpressions,
  type ArgumentSyntax,
  type Comment,
  type DatapathSyntax,
  type Expression,
  type ParameterSyntax,
  type SourceFile,
  type Statement,
  type SweepStatement,
  type SweepSyntax,
} from './syntax.js';

/** A comment where the formatter puts it. */
export interface Remark {
  readonly text: string;
  /** Whether an empty line stands before it. */
  readonly apart: boolean;
  /** Whether it stood inside what it is now put before. */
  readonly lifted: boolean;
}

/** The comments around what stands in the text from one offset on. */
interface Around {
  readonly before: Remark[];
  readonly behind: Remark[];
}

/** Where every comment of a file goes; keys are start offsets of what they belong to. */
export interface Remarks {
  /** Comments on lines of their own before a node, and behind it on its line. */
  at(start: number): Around;
  /** Comments at the end of the brackets or the datapath that start there; undefined stands for the file. */
  inside(start: number | undefined): readonly Remark[];
  /** Whether an empty line stands before what starts there. */
  apart(start: number): boolean;
}

const none: Around = { before: [], behind: [] };

/** What comments can stand before or behind, with the bracketed lists inside it. */
interface Anchor {
  readonly at: Span;
  lists(): readonly List[];
}

interface List {
  readonly at: Span;
  readonly items: readonly Anchor[];
}

/** Finds for each comment the datapath, statement, parameter, argument or element that it stands at. */
export function placeComments(source: Source, file: SourceFile): Remarks {
  const around = new Map<number, Around>();
  const inside = new Map<number | undefined, Remark[]>();
  const roots = [...file.datapaths.map(datapathAnchor), ...file.sweeps.map(sweepAnchor)];
  roots.sort((a, b) => a.at.start - b.at.start);
  for (const comment of file.comments) {
    const { text, at } = comment;
    const home = find(source, roots, comment, undefined);
    const lifted = home.side === 'before' && home.at < at.start;
    const remark: Remark = { text, lifted, apart: isApart(source, lifted ? home.at : at.start) };
    if (home.side === 'end') {
      const there = inside.get(home.at) ?? [];
      inside.set(home.at, there);
      there.push(remark);
    } else {
      const there = around.get(home.at) ?? { before: [], behind: [] };
      around.set(home.at, there);
      there[home.side].push(remark);
    }
  }
  return {
    at: (start) => around.get(start) ?? none,
    inside: (start) => inside.get(start) ?? [],
    apart: (start) => isApart(source, start),
  };
}

/** Before or behind what starts at `at`; or at the end of the list that starts there, or of the file. */
type Home =
  | { readonly side: 'before' | 'behind'; readonly at: number }
  | { readonly side: 'end'; readonly at: number | undefined };

function find(source: Source, items: readonly Anchor[], comment: Comment, list: number | undefined): Home {
  const { start, end } = comment.at;
  const next = firstBehind(items, start);
  const before = items[next - 1];
  if (before && before.at.end > start) {
    const inner = before.lists().find(({ at }) => at.start < start && end <= at.end);
    return inner
      ? find(source, inner.items, comment, inner.at.start)
      : { side: 'before', at: before.at.start };
  }
  const ahead = items[next];
  if (before && standsBehind(source, before.at, start)) return { side: 'behind', at: before.at.start };
  return ahead ? { side: 'before', at: ahead.at.start } : { side: 'end', at: list };
}

/** Whether a comment at `start` stands on the line that ends the item, with no brace opened between. */
function standsBehind(source: Source, { end }: Span, start: number): boolean {
  return lineOf(source, end - 1) === lineOf(source, start) && !source.text.slice(end, start).includes('{');
}

/** Lists are looked for where there are comments, and then only once: a vector may have many. */
function once(make: () => readonly List[]): () => readonly List[] {
  let lists: readonly List[] | undefined;
  return () => (lists ??= make());
}

function firstBehind(items: readonly Anchor[], offset: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.at.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function datapathAnchor({ at, parameters, statements }: DatapathSyntax): Anchor {
  const items = [...parameters.map(parameterAnchor), ...statements.map(statementAnchor)];
  return { at, lists: once(() => [{ at, items }]) };
}

function sweepAnchor({ at, statements }: SweepSyntax): Anchor {
  return { at, lists: once(() => [{ at, items: statements.map(sweepStatementAnchor) }]) };
}

function sweepStatementAnchor(statement: SweepStatement): Anchor {
  const { at } = statement;
  if (statement.kind === 'setting') return { at, lists: once(() => [argumentList(at, statement.args)]) };
  return { at, lists: once(() => listsIn(sweepExpressions(statement))) };
}

function parameterAnchor({ at }: ParameterSyntax): Anchor {
  return { at, lists: () => [] };
}

function statementAnchor(statement: Statement): Anchor {
  const { at } = statement;
  if (statement.kind === 'pipeline') return { at, lists: once(() => [argumentList(at, statement.args)]) };
  return { at, lists: once(() => listsIn(expressionsOf(statement))) };
}

function argumentList(at: Span, args: readonly ArgumentSyntax[]): List {
  return { at, items: args.map((one) => ({ at: one.at, lists: once(() => listsIn([one.value])) })) };
}

/** The calls and vectors in expressions that stand in no other. */
function listsIn(expressions: readonly Expression[]): List[] {
  const lists: List[] = [];
  const due = [...expressions];
  for (let here = due.pop(); here; here = due.pop()) {
    if (here.kind === 'call') lists.push(argumentList(here.at, here.args));
    else if (here.kind === 'vector') lists.push({ at: here.at, items: here.elements.map(elementAnchor) });
    else for (const part of parts(here)) due.push(part);
  }
  return lists;
}

function elementAnchor(element: Expression): Anchor {
  return { at: element.at, lists: once(() => listsIn([element])) };
}

function isApart(source: Source, start: number): boolean {
  const line = lineOf(source, start);
  if (line === 0 || !startsLine(source, start)) return false;
  return source.text.slice(source.lineStarts[line - 1], source.lineStarts[line]).trim() === '';
}
