import type { IToken } from 'chevrotain';
import { failure, inOrder, success, wholeFile, type Diagnostic, type Result } from '../base/index.js';
import { aboutOf } from './about.js';
import { isEnd, parseTokens, type SyntaxFault } from './grammar.js';
import { limits } from './limits.js';
import { expectedAndFound } from './messages.js';
import { tooNested } from './nesting.js';
import {
  noDatapath,
  notText,
  openComment,
  strayCharacters,
  tooDeep,
  tooLong,
  unexpected,
} from './problems.js';
import { capped } from './report.js';
import { lineOf, sourceOf, spanOf, type Source, type Span } from './span.js';
import type { Comment, Expression, SourceFile } from './syntax.js';
import { lexer, OpenComment, reservedWords } from './tokens.js';

/**
 * The syntax tree of a design text, or all syntax errors that can be told apart.
 *
 * @param file the name that places carry; nothing is read
 */
export function parseSource(text: string, file: string): Result<SourceFile> {
  const whole = wholeFile(file);
  const read = tokenise(text, file);
  if (!read.ok) return read;
  const { source, tokens, comments } = read.value;
  const { tree, faults, problems } = parseTokens(source, tokens, 'file');
  const diagnostics = [...read.diagnostics, ...problems, ...faults.map((one) => tell(source, one))];
  if (diagnostics.length > 0) return failure(...capped(onePerLine(diagnostics)));
  if (tree.datapaths.length + tree.sweeps.length === 0) return failure(noDatapath(whole));
  const datapaths = tree.datapaths.map((one) => ({ ...one, about: aboutOf(source, one, comments) }));
  return success({ file, datapaths, sweeps: tree.sweeps, comments });
}

/** The syntax tree of a single expression. */
export function parseExpression(text: string, file: string): Result<Expression> {
  const read = tokenise(text, file);
  if (!read.ok) return read;
  const { source, tokens } = read.value;
  const { tree, faults, problems } = parseTokens(source, tokens, 'lone');
  const diagnostics = [...read.diagnostics, ...problems, ...faults.map((one) => tell(source, one))];
  return diagnostics.length > 0 ? failure(...capped(onePerLine(diagnostics))) : success(tree);
}

interface Tokens {
  readonly source: Source;
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
}

/** The words of a text; characters without meaning are told beside them, so that the rest is parsed as well. */
function tokenise(text: string, file: string): Result<Tokens> {
  const whole = wholeFile(file);
  if (text.length > limits.characters) return failure(tooLong(whole, text.length));
  if (/[\0\ufffd]/.test(text)) return failure(notText(whole, file));
  const source = sourceOf(text, file);
  const { tokens, groups } = lexer.tokenize(text);
  const remarks = groups['comments'] ?? [];
  const open = remarks.find((token) => token.tokenType === OpenComment);
  if (open) return failure(openComment(spanOf(source, open.startOffset, open.startOffset + 2)));
  const stray = (groups['stray'] ?? [])
    .slice(0, 2 * limits.faults)
    .map((token) => strayCharacters(spanOfToken(source, token), token.image));
  const deep = tooNested(tokens);
  if (deep) return failure(...stray, tooDeep(spanOfToken(source, deep), 'nesting here is', limits.nesting));
  return success({ source, tokens, comments: remarks.map((token) => commentOf(source, token)) }, stray);
}

function commentOf(source: Source, token: IToken): Comment {
  const text = token.image.trimEnd();
  return { text, at: spanOf(source, token.startOffset, token.startOffset + text.length) };
}

function spanOfToken(source: Source, token: IToken): Span {
  return spanOf(source, token.startOffset, token.startOffset + token.image.length);
}

function tell(source: Source, { token, previous, message }: SyntaxFault): Diagnostic {
  const [expected, found] = expectedAndFound(message);
  const hint =
    expected === 'a name' && reservedWords.includes(token.image)
      ? `\`${token.image}\` is a word of the language; use another name`
      : undefined;
  return unexpected(faultPlace(source, token, previous), expected, found, hint);
}

/** The token found, or the end of the line before it where something is missing there. */
function faultPlace(source: Source, token: IToken, previous: IToken | undefined): Span {
  const end = isEnd(token) ? source.text.length : token.startOffset;
  // After a resynchronisation the parser names a token behind the fault as the one before it.
  if (!previous || !(previous.startOffset < end)) return spanOf(source, end, end + token.image.length);
  const before = previous.startOffset + previous.image.length;
  const sameLine = lineOf(source, before - 1) === lineOf(source, end);
  return sameLine && !isEnd(token) ? spanOfToken(source, token) : spanOf(source, before, before + 1);
}

/** The first on each line: those behind it mostly follow from it. */
function onePerLine(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<number>();
  return inOrder(diagnostics).filter(({ place }) => {
    const line = place!.line;
    return !seen.has(line) && seen.add(line);
  });
}
