import { createToken, Lexer, type TokenType } from 'chevrotain';

/** The tokens of Liberty text. Numbers, names and bare expressions are one kind, as their meaning hangs on the attribute. */

const blank = createToken({
  name: 'Blank',
  pattern: /(?:[ \t\r\n\f]|\\[ \t]*\r?\n)+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const comment = createToken({
  name: 'Comment',
  pattern: /\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*/,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: ['/'],
});

export const quoted = createToken({
  name: 'Quoted',
  pattern: /"(?:[^"\\]|\\[\s\S])*"/,
  line_breaks: true,
  start_chars_hint: ['"'],
});
export const word = createToken({ name: 'Word', pattern: /[-A-Za-z0-9_.+*!&|^'[\]%$#@<>=~?]+/ });
export const open = createToken({ name: 'Open', pattern: '(' });
export const close = createToken({ name: 'Close', pattern: ')' });
export const begin = createToken({ name: 'Begin', pattern: '{' });
export const end = createToken({ name: 'End', pattern: '}' });
export const colon = createToken({ name: 'Colon', pattern: ':' });
export const semicolon = createToken({ name: 'Semicolon', pattern: ';' });
export const comma = createToken({ name: 'Comma', pattern: ',' });

export const vocabulary: TokenType[] = [
  blank,
  word,
  quoted,
  open,
  close,
  colon,
  semicolon,
  begin,
  end,
  comma,
  comment,
];

/** Positions as offsets only: lines are counted when a diagnostic needs them, which saves time on large files. */
export const lexer = new Lexer(vocabulary, { positionTracking: 'onlyOffset', ensureOptimizations: true });
