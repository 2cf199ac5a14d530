import { createToken, Lexer, type TokenType } from 'chevrotain';

/** The words and signs of the language. A token's label is what messages call it. */

/** Names; keywords are longer-matched as names first. */
export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_][A-Za-z0-9_]*/, label: 'a name' });

/** Digits with anything glued to them, so that a malformed number is told as one. */
export const Integer = createToken({
  name: 'Integer',
  pattern: /[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)?/,
  label: 'a number',
});

export const wellFormedInteger = /^(?:[0-9][0-9_]*|0[xX][0-9A-Fa-f][0-9A-Fa-f_]*|0[bB][01][01_]*)$/;

/** Text in quotes, on one line. */
export const Text = createToken({ name: 'Text', pattern: /"[^"\n]*"/, label: 'text in quotes' });

/** What stands before an operand. */
export const Prefix = createToken({ name: 'Prefix', pattern: Lexer.NA, label: 'an operator' });

/** What stands between two operands. */
export const Infix = createToken({ name: 'Infix', pattern: Lexer.NA, label: 'an operator' });

function keyword(word: string, ...categories: TokenType[]): TokenType {
  const label = `\`${word}\``;
  return createToken({
    name: `Keyword_${word}`,
    pattern: new RegExp(word),
    longer_alt: Name,
    label,
    categories,
  });
}

/** A word that means something only where the grammar asks for it, and is a name anywhere else. */
function wordAndName(word: string): TokenType {
  return createToken({
    name: `Word_${word}`,
    pattern: new RegExp(word),
    longer_alt: Name,
    label: `\`${word}\``,
    categories: [Name],
  });
}

function sign(name: string, image: string, ...categories: TokenType[]): TokenType {
  return createToken({ name, pattern: image, label: `\`${image}\``, categories });
}

export const Datapath = keyword('datapath');
export const Sweep = wordAndName('sweep');
export const Where = wordAndName('where');
export const Measure = wordAndName('measure');
export const Pareto = wordAndName('pareto');
export const Min = wordAndName('min');
export const Max = wordAndName('max');
export const Step = wordAndName('step');
export const As = wordAndName('as');
/** `datapath` where it is a variable of a sweep: `datapath in [mac, ipu]`, `when datapath == "mac"`. */
const DatapathVariable = createToken({
  name: 'Word_datapath',
  pattern: /datapath(?=\s+in\s*\[|\s*[=!]=)/,
  label: 'a name',
  categories: [Name],
});
export const Stream = keyword('stream');
export const In = keyword('in');
export const Out = keyword('out');
export const Let = keyword('let');
export const Type = keyword('type');
export const Reg = keyword('reg');
export const Reset = keyword('reset');
export const When = keyword('when');
export const Pipeline = keyword('pipeline');
export const If = keyword('if');
export const Then = keyword('then');
export const Else = keyword('else');
export const For = keyword('for');
export const True = keyword('true');
export const False = keyword('false');
const And = keyword('and', Infix);
const Or = keyword('or', Infix);
const Not = keyword('not', Prefix);

export const LeftParen = sign('LeftParen', '(');
export const RightParen = sign('RightParen', ')');
export const LeftBracket = sign('LeftBracket', '[');
export const RightBracket = sign('RightBracket', ']');
export const LeftBrace = sign('LeftBrace', '{');
export const RightBrace = sign('RightBrace', '}');
export const Comma = sign('Comma', ',');
export const Colon = sign('Colon', ':');
export const Range = sign('Range', '..');
export const Dot = sign('Dot', '.');
export const Becomes = sign('Becomes', '=');
const Minus = sign('Minus', '-', Prefix, Infix);
const Tilde = sign('Tilde', '~', Prefix);
const Equal = sign('Equal', '==', Infix);
const Unequal = sign('Unequal', '!=', Infix);
const LeftShift = sign('LeftShift', '<<', Infix);
const RightShift = sign('RightShift', '>>', Infix);
const AtMost = sign('AtMost', '<=', Infix);
const AtLeast = sign('AtLeast', '>=', Infix);
const Less = sign('Less', '<', Infix);
const More = sign('More', '>', Infix);
const Plus = sign('Plus', '+', Infix);
const Times = sign('Times', '*', Infix);
const Divide = sign('Divide', '/', Infix);
const Modulo = sign('Modulo', '%', Infix);
const Ampersand = sign('Ampersand', '&', Infix);
const Bar = sign('Bar', '|', Infix);
const Caret = sign('Caret', '^', Infix);

export const statementStarts: readonly TokenType[] = [Stream, In, Out, Let, Type, Reg, Pipeline];

const Space = createToken({
  name: 'Space',
  pattern: /[ \t\r\n\ufeff]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\n]*/, group: 'comments' });
const BlockComment = createToken({
  name: 'BlockComment',
  pattern: /\/\*[^]*?\*\//,
  group: 'comments',
  line_breaks: true,
});
/** A block comment that never ends. */
export const OpenComment = createToken({
  name: 'OpenComment',
  pattern: /\/\*[^]*/,
  group: 'comments',
  line_breaks: true,
});

/** Runs of characters that have no meaning outside of comments. */
const Stray = createToken({
  name: 'Stray',
  pattern: /[\x00-\x08\x0b\x0c\x0e-\x1f!"#$'?@\\`;\x7f-\ufefe\uff00-\uffff]+/,
  group: 'stray',
});

const keywords = [
  ...[Datapath, Stream, In, Out, Let, Type, Reg, Reset, When, Pipeline, If, Then, Else, For, True, False],
  ...[And, Or, Not],
];

/** Every word of the language that cannot be a name. */
export const reservedWords: readonly string[] = keywords.map((token) => (token.PATTERN as RegExp).source);

/** All tokens, those first that are tried first. */
export const allTokens: TokenType[] = [
  ...[Prefix, Infix],
  ...[Space, LineComment, BlockComment, OpenComment],
  DatapathVariable,
  ...keywords,
  ...[Sweep, Where, Measure, Pareto, Min, Max, Step, As],
  ...[Text, Name, Integer],
  ...[Equal, Unequal, LeftShift, RightShift, AtMost, AtLeast, Less, More, Becomes],
  ...[Range, Dot, LeftParen, RightParen, LeftBracket, RightBracket, LeftBrace, RightBrace, Comma, Colon],
  ...[Plus, Minus, Times, Divide, Modulo, Ampersand, Bar, Caret, Tilde, Stray],
];

export const lexer = new Lexer(allTokens, { positionTracking: 'onlyOffset' });
