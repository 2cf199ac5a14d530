import { describe, expect, it } from 'vitest';
import { checkSource, formatSource, loadDesign, parseSource } from '../../src/lang/index.js';
import { body, need } from './designs.js';

/** The codes of what is wrong with a text. */
function codes(text: string): string[] {
  return checkSource(text, 'test.dp').map((one) => one.code);
}

describe('texts that ask for too much are refused', () => {
  const brackets = 100_000;

  it.each([
    ['deep parentheses', '('.repeat(brackets) + '1' + ')'.repeat(brackets), 'too-deep'],
    ['unclosed parentheses', '('.repeat(brackets), 'too-deep'],
    ['deep vectors', '['.repeat(brackets), 'too-deep'],
    ['deep ifs', 'if a then '.repeat(brackets), 'too-deep'],
    ['deep elses', 'if a then b else '.repeat(brackets) + 'c', 'too-deep'],
    ['many minus signs', '-'.repeat(brackets) + '1', 'too-deep'],
    ['many nots inside comparisons', 'a == not '.repeat(brackets) + 'a', 'too-deep'],
    ['many indexes', 'a' + '[0]'.repeat(brackets), 'too-deep'],
    ['many outputs', 'a' + '.y'.repeat(brackets), 'too-deep'],
    ['a long number', '9'.repeat(brackets), 'syntax'],
    ['a huge shift', '1 << 0xffff_ffff_ffff', 'out-of-range'],
    ['a huge power', 'pow2(1 << 60)', 'out-of-range'],
    ['huge products', Array.from({ length: 200 }, () => '0xffff_ffff').join(' * '), 'too-large'],
    ['a huge range', '[0 for i in 0..0xffff_ffff_ffff]', 'out-of-range'],
    ['a huge type', 'width(int(8)[65536][65536])', 'type-mismatch'],
    ['closing brackets', ')'.repeat(brackets), 'syntax'],
  ])('%s', (_, expression, code) => {
    const found = codes(body(`let x = ${expression}\nout y = true`));
    expect(found).toContain(code);
    expect(found.length).toBeLessThan(5);
  });

  it('many steps, as a whole', () => {
    const text = body('let x = [[[k for k in 0..65535][i] for i in 0..9999] for j in 0..9999]\nout y = true');
    expect(codes(text)).toEqual(['too-large']);
  });

  it('many nodes', () => {
    const text = body('in v: int(1)[1024]\nlet all = [dot(v, v) for i in 0..9999]\nout y = all[0]');
    expect(codes(text)).toEqual(['too-large']);
  });

  it('instances that double at every level', () => {
    const levels = Array.from(
      { length: 28 },
      (_, i) => `datapath d${i + 1} { in x: int(8) out y = wrap(d${i}(x) + d${i}(x), to: int(8)) }`,
    );
    const text = `datapath d0 { in x: int(8) out y = -(-x)[7:0] }\n${levels.join('\n')}`.replace(
      '-(-x)[7:0]',
      'x',
    );
    expect(codes(text)).toEqual(['too-large']);
  });

  it('many large datapaths', () => {
    const all = `datapath all { in x: bool out y = [${'one(x), '.repeat(9000)}] }`;
    const users = Array.from({ length: 1000 }, (_, i) => `datapath u${i} { in x: bool out y = all(x)[0] }`);
    const text = `datapath one { in x: bool out y = not x }\n${all}\n${users.join('\n')}`;
    expect(codes(text)).toEqual(['too-large']);
  });

  it('a tall hierarchy', () => {
    const levels = Array.from(
      { length: 2000 },
      (_, i) => `datapath d${i + 1} { in x: int(8) out y = d${i}(x) }`,
    );
    const text = `datapath d0 { in x: int(8) out y = x }\n${levels.join('\n')}`;
    expect(codes(text)).toEqual(['too-deep']);
    const top = need(loadDesign(text, 'test.dp')).at(-1)!;
    expect(top.elaborate({}).diagnostics).toMatchObject([{ code: 'too-deep' }]);
  });

  it('vectors of vectors by name', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `let v${i + 1} = [v${i}]`);
    expect(codes(body(`let v0 = 1\n${lines.join('\n')}\nout y = true`))).toEqual(['type-mismatch']);
    const doubled = Array.from({ length: 200 }, (_, i) => `let v${i + 1} = [v${i}, v${i}]`);
    expect(codes(body(`in v0: bool\n${doubled.join('\n')}\nout y = true`))).toEqual(['type-mismatch']);
  });

  it('long texts', () => {
    expect(codes('datapath t { out y = true }' + ' '.repeat(2_000_000))).toEqual(['too-large']);
  });

  it('many faults, of which the first hundred are told', () => {
    const text = body(Array.from({ length: 500 }, (_, i) => `out y${i} = nope`).join('\n'));
    expect(codes(text).length).toBe(101);
    expect(checkSource(text, 'test.dp').at(-1)!.message).toBe('there are more errors than the 100 told');
  });
});

describe('large texts are read as well as small ones', () => {
  const many = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');

  it.each([
    ['lets', body(`${many(20_000, (i) => `let a${i} = ${i}`)}\nout y = 1`)],
    ['comments', `${many(100_000, () => '// a')}\ndatapath t { out y = true }\n`],
    ['comments in a vector', body(`let v = [${many(50_000, () => '1, // a')}\n1]\nout y = v[0]`)],
    ['a sum of many bools', body(`in a: bool\nout y = ${'a or '.repeat(50_000)}a`)],
  ])('%s', (_, text) => {
    expect(codes(text)).toEqual([]);
    const once = formatSource(text, 'test.dp');
    expect(once.ok && parseSource(once.value, 'test.dp').ok).toBe(true);
  });

  it.each([
    ['a vector of too many', `let v = [${'1,'.repeat(300_000)}]`, 'out-of-range'],
    ['faults in a vector', `let v = [${'1 2,'.repeat(100_000)}]`, 'syntax'],
    ['faulty statements', many(100_000, () => 'let ='), 'syntax'],
    ['stray characters', '§'.repeat(1_000_000), 'syntax'],
    ['unknown names', many(20_000, (i) => `let a${i} = some_unknown_name_${i}`), 'unknown-name'],
    ['names that are defined later', many(20_000, (i) => `let a${i} = a${i + 1} + b${i}`), 'defined-later'],
    ['a loop of many', `${many(5_000, (i) => `let a${i} = a${i + 1}`)} let a5000 = a0`, 'loop'],
    ['two long names', `let ${'a'.repeat(500_000)} = ${'b'.repeat(500_000)}`, 'too-large'],
  ])('%s', (_, statements, code) => {
    const found = checkSource(body(statements), 'test.dp');
    expect(found.map((one) => one.code)).toContain(code);
    expect(found.length).toBeLessThanOrEqual(101);
    expect(Math.max(...found.map((one) => one.message.length))).toBeLessThan(200);
  });
});

describe('texts that are no designs', () => {
  it.each([
    '',
    ' ',
    '\n',
    '\ufeff',
    '// x',
    '/*',
    '/* /',
    '*/',
    '\0',
    '\u{1f600}',
    'datapath',
    '{',
    '}',
    '..',
    '"',
  ])('%j gives diagnostics', (text) => {
    expect(parseSource(text, 'test.dp').ok).toBe(false);
    expect(formatSource(text, 'test.dp').ok).toBe(false);
    expect(checkSource(text, 'test.dp').length).toBeGreaterThan(0);
  });

  it('a byte order mark is no fault', () => {
    expect(codes('\ufeffdatapath t { out y = true }\n')).toEqual([]);
  });
});
