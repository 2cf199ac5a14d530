import { describe, expect, it } from 'vitest';
import { parseSource } from '../../src/lang/index.js';
import type { Expression } from '../../src/lang/syntax.js';
import { body, need } from './designs.js';

/** An expression with a pair of parentheses around every operation. */
function grouped(text: string): string {
  const file = need(parseSource(body(`let x = ${text}`), 'test.dp'));
  const statement = file.datapaths[0]!.statements[0]!;
  if (statement.kind !== 'let') throw new Error('no let');
  return show(statement.value);
}

function show(node: Expression): string {
  switch (node.kind) {
    case 'integer':
      return String(node.value);
    case 'name':
      return node.name;
    case 'group':
      return show(node.inner);
    case 'unary':
      return `(${node.operator} ${show(node.operand)})`;
    case 'binary':
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case 'choose':
      return `(if ${show(node.condition)} then ${show(node.yes)} else ${show(node.no)})`;
    case 'index':
      return `${show(node.value)}[${show(node.index)}]`;
    case 'bits':
      return `${show(node.value)}[${show(node.high)}:${show(node.low)}]`;
    case 'output':
      return `${show(node.value)}.${node.name.text}`;
    default:
      return node.kind;
  }
}

describe('expressions', () => {
  it.each([
    ['a + b * c', '(a + (b * c))'],
    ['a * b + c', '((a * b) + c)'],
    ['a - b - c', '((a - b) - c)'],
    ['a - -b', '(a - (- b))'],
    ['-a * b', '((- a) * b)'],
    ['~a & b', '((~ a) & b)'],
    ['not a == b', '(not (a == b))'],
    ['not a and b', '((not a) and b)'],
    ['a or b and c', '(a or (b and c))'],
    ['a == b and c < d', '((a == b) and (c < d))'],
    ['a | b ^ c & d', '(a | (b ^ (c & d)))'],
    ['a & b == c', '((a & b) == c)'],
    ['a << 2 + b', '(a << (2 + b))'],
    ['a + b << 2', '((a + b) << 2)'],
    ['if a then b else c + d', '(if a then b else (c + d))'],
    ['(if a then b else c) + d', '((if a then b else c) + d)'],
    ['if a then b else if c then d else e', '(if a then b else (if c then d else e))'],
    ['-v[1][2]', '(- v[1][2])'],
    ['x[7:0] + f(x).y', '(x[7:0] + call.y)'],
    ['0x1F + 0b1_01 + 1_000', '((31 + 5) + 1000)'],
    ['a == not b', '(a == (not b))'],
  ])('%s', (text, expected) => expect(grouped(text)).toBe(expected));

  it('reads a long run without recursion', () => {
    const run = Array.from({ length: 20_000 }, (_, i) => `a${i}`).join(' + ');
    expect(parseSource(body(`let x = ${run}`), 'test.dp').ok).toBe(true);
  });
});

describe('places', () => {
  it('are lines and columns from 1, with the length on the first line', () => {
    const text = 'datapath t {\n  let x = f(a,\n    b)\n\tlet y = x\n}';
    const { statements } = need(parseSource(text, 'test.dp')).datapaths[0]!;
    const [first, second] = statements.map((statement) => statement.at);
    expect(first).toMatchObject({ file: 'test.dp', line: 2, column: 3, length: 12 });
    expect(second).toMatchObject({ line: 4, column: 2, length: 9 });
  });

  it('count carriage returns as blanks', () => {
    const result = parseSource('datapath t {\r\n  let x = \r\n  out y = 1\r\n}\r\n', 'test.dp');
    expect(result.diagnostics).toMatchObject([{ place: { line: 2, column: 10 } }]);
  });
});

describe('the comment before a datapath', () => {
  const about = (text: string): string => need(parseSource(text, 'test.dp')).datapaths.at(-1)!.about;

  it('is what it is about, joined to sentences', () => {
    expect(about('// One thing.\n//   And another.\ndatapath t { }')).toBe('One thing. And another.');
    expect(about('/* One\n * thing. */\ndatapath t { }')).toBe('One thing.');
  });

  it('counts only without an empty line between, and not from the line of something else', () => {
    expect(about('// Licence.\n\n// One.\ndatapath t { }')).toBe('One.');
    expect(about('// Licence.\n\ndatapath t { }')).toBe('');
    expect(about('datapath s { } // of s\ndatapath t { }')).toBe('');
  });
});

describe('syntax errors', () => {
  const told = (text: string): string[] =>
    parseSource(text, 'test.dp').diagnostics.map(({ place, message }) => `${place!.line}: ${message}`);

  it('are told together, one for a line', () => {
    const text = body('let a = = 3\nlet b = 4\nin c int(8)\nout d = [1, 2\nout e = a').replace('}', '} }');
    expect(told(text)).toEqual([
      '2: expected a value, but found `=`',
      '4: expected `:`, but found `int`',
      '5: expected `]`, but found `out`',
      '7: expected `datapath` or `sweep`, but found `}`',
    ]);
  });

  it('name the end of the file where it comes too early', () => {
    expect(told('datapath')).toEqual(['1: expected a name, but found the end of the file']);
    expect(told('datapath t(')).toEqual(['1: expected `)`, but found the end of the file']);
  });

  it('say of a keyword that it cannot be a name', () => {
    const result = parseSource(body('let when = 1'), 'test.dp');
    expect(result.diagnostics[0]!.hint).toBe('`when` is a word of the language; use another name');
  });
});
