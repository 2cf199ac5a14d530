import { describe, expect, it } from 'vitest';
import { random, read } from '../../src/base/index.js';
import { verifyDesign } from '../../src/ir/index.js';
import { checkSource, loadDesign } from '../../src/lang/index.js';
import { interpret } from '../../src/sim/index.js';
import { body, designOf, need, outputs, outputTypes } from './designs.js';

const bytes = 'in a: int(8)\nin b: int(8)\nin c: bool\nin w: bits(8)\nin u: uint(8)\nin v: int(8)[4]\n';

/** The word of an expression over the inputs `a`, `b` (signed bytes), `c`, `w`, `u` and `v`, and its type. */
function value(expression: string, inputs: Readonly<Record<string, bigint>> = {}): string {
  const text = body(`${bytes}out y = ${expression}`);
  const zero = { a: 0n, b: 0n, c: 0n, w: 0n, u: 0n, v: 0n };
  const y = outputs(text, { ...zero, ...inputs })['y']!;
  const { width, signed } = designOf(text).modules.at(-1)!.outputs[0]!;
  return `${outputTypes(text)['y']} ${read(y, width, signed)}`;
}

describe('arithmetic is exact', () => {
  it.each([
    ['a + b', 'int(9) -256'],
    ['a - b', 'int(9) 0'],
    ['a * b', 'int(16) 16384'],
    ['-a', 'int(9) 128'],
    ['a << 3', 'int(11) -1024'],
    ['u - u', 'int(9) 0'],
    ['u + u', 'uint(9) 510'],
    ['u + a', 'int(10) 127'],
    ['u * a', 'int(16) -32640'],
    ['a + 1', 'int(9) -127'],
    ['a * 3', 'int(10) -384'],
    ['sum(v)', 'int(10) -4'],
    ['a < b', 'bool 0'],
    ['a < u', 'bool 1'],
    ['a == -128', 'bool 1'],
    ['a >= b and not c', 'bool 1'],
    ['if c then a else 7', 'int(8) 7'],
    ['if c then 200 else a', 'int(9) -128'],
    ['w & 0x0f', 'bits(8) 5'],
    ['w | 0xf0', 'bits(8) 245'],
    ['w ^ w', 'bits(8) 0'],
    ['~w', 'bits(8) 90'],
    ['w == 0xa5', 'bool 1'],
    ['a & 0xf0', 'int(8) -128'],
    ['a[7:4]', 'bits(4) 8'],
    ['reinterpret(a[7:7], to: bool)', 'bool 1'],
    ['reinterpret(w, to: int(8))', 'int(8) -91'],
    ['v[3]', 'int(8) -1'],
    ['[a, 3][1] + 1', 'int(9) 4'],
    ['round(a - 5, drop: 1)', 'int(9) -66'],
    ['round(a - 5, drop: 1, mode: nearest_away)', 'int(9) -67'],
    ['truncate(a - 5, drop: 1)', 'int(8) -67'],
    ['saturate(a * b, to: int(8))', 'int(8) 127'],
    ['wrap(a * b + 3, to: int(8))', 'int(8) 3'],
    ['dot(v, [1, 2, 3, 4])', 'int(13) -10'],
  ])('%s', (expression, expected) => {
    const inputs = { a: 0x80n, b: 0x80n, c: 0n, w: 0xa5n, u: 0xffn, v: 0xffffffffn };
    expect(value(expression, inputs)).toBe(expected);
  });

  it('keeps fixed points apart', () => {
    const text = body(
      'in x: fixed(4, 4)\nin y: ufixed(2, 6)\nout s = x + y\nout p = x * y\nout r = round(x, to: int(5))',
    );
    expect(outputTypes(text)).toEqual({ s: 'fixed(5, 6)', p: 'fixed(6, 10)', r: 'int(5)' });
    const { s, p, r } = outputs(text, { x: 0b0001_1000n, y: 0b01_100000n });
    expect([s, p, r]).toEqual([3n << 6n, (9n << 10n) / 4n, 2n]);
  });
});

describe('what is known when the design is made', () => {
  const constant = (expression: string, parameters = ''): bigint =>
    outputs(body(`out y: int(64) = ${expression}`, parameters))['y']!;

  it.each([
    ['7 / 2', 3n],
    ['-7 / 2 + 10', 6n],
    ['-7 % 2', 1n],
    ['7 % -2 + 10', 9n],
    ['clog2(1) + clog2(2) + clog2(1025)', 12n],
    ['pow2(40)', 1n << 40n],
    ['min(3, -2, 5) + max(3, 9)', 7n],
    ['width(255) + width(int(8)[4])', 40n],
    ['length([1, 2, 3]) + length(int(8)[7])', 10n],
    ['sum([i * i for i in 1..4])', 30n],
    ['[[i + 10 * j for i in 0..2] for j in 0..2][2][1]', 21n],
    ['if 3 < 4 and not false then 5 else 6', 5n],
    ['0x10 | 0b11 ^ 1', 18n],
    ['100 >> 3', 12n],
    ['1 << 10', 1024n],
  ])('%s', (expression, expected) => expect(constant(expression)).toBe(expected));

  it('leaves out the branch that is not taken', () => {
    const text = body('in a: int(8)\nout y = if n > 1 then a[n:0] else a[0:0]', '(n: 0..9 = 9)');
    expect(checkSource(text, 'test.dp')).toMatchObject([{ code: 'out-of-range' }]);
    expect(outputTypes(text, { n: 1 })).toEqual({ y: 'bits(1)' });
  });

  it('takes parameters of every kind', () => {
    const text = body(
      `in a: t[n]
       out y = if twice then sum(a) * 2 else sum(a)
       out z = round(a[0], drop: 1, mode: if mode == up then mode else mode)
       out q = mode == down`,
      '(n: 1..4 = 2, t: format = int(4), twice: bool = false, mode: up | down = up)',
    );
    expect(outputTypes(text)).toEqual({ y: 'int(5)', z: 'int(4)', q: 'bool' });
    const other = { n: 4, t: 'uint(6)', twice: true, mode: 'down' };
    expect(outputTypes(text, other)).toEqual({ y: 'uint(10)', z: 'uint(5)', q: 'bool' });
    expect(outputs(text, { a: 1n }, other)['q']).toBe(1n);
  });

  it('tells wrong arguments from outside without a place', () => {
    const [definition] = need(loadDesign(body('out y = n', '(n: 1..4 = 2, t: format = int(4))'), 'test.dp'));
    expect(definition!.elaborate({ n: 5 }).diagnostics).toEqual([
      { severity: 'error', code: 'out-of-range', message: 'parameter `n` is 5, but must be from 1 to 4' },
    ]);
    expect(definition!.elaborate({ n: 1.5 }).diagnostics).toMatchObject([{ code: 'out-of-range' }]);
    expect(definition!.elaborate({ m: 1 }).diagnostics).toMatchObject([{ code: 'unknown-name' }]);
    expect(definition!.elaborate({ t: 'int(0)' }).diagnostics).toMatchObject([{ code: 'out-of-range' }]);
    expect(definition!.elaborate({ t: 'int(' }).diagnostics).toMatchObject([{ code: 'syntax' }]);
    expect(definition!.elaborate({ t: 'int(3) 4' }).diagnostics).toMatchObject([{ code: 'syntax' }]);
    expect(definition!.elaborate({ t: 3 }).diagnostics).toMatchObject([{ code: 'type-mismatch' }]);
  });

  it('survives parameters that are called like parts of JavaScript objects', () => {
    const text = body('out y = constructor + toString', '(constructor: 1..4 = 2, toString: 1..9 = 3)');
    expect(outputs(text)['y']).toBe(5n);
    expect(outputs(text, {}, { toString: 1 } as never)['y']).toBe(3n);
  });
});

describe('registers', () => {
  it('hold, are enabled and reset, and can be read before they are written down', () => {
    const text = body(
      `in x: int(8)
       in go: bool
       out early = count + 0
       reg count: uint(8) reset 7 = wrap(count + 1, to: uint(8)) when go
       reg last: int(8) reset none = x
       reg pair: int(8)[2] reset -1 = [x, last]
       out l = last
       out p = pair`,
    );
    const design = designOf(text);
    const run = interpret(design);
    const step = (x: bigint, go: bigint, rst_n = 1n) => run.step({ x, go, rst_n });
    expect(step(5n, 1n)).toMatchObject({ early: 7n, p: 0xffffn });
    expect(step(6n, 0n)).toMatchObject({ early: 8n, l: 5n, p: 0x0005n });
    expect(step(9n, 1n, 0n)).toMatchObject({ early: 8n, l: 6n, p: 0x0506n });
    expect(step(0n, 0n)).toMatchObject({ early: 7n, l: 9n, p: 0xffffn });
    const last = design.modules[0]!.nodes.find((node) => node.name === 'last')!;
    expect(last.kind === 'reg' && last.reset).toBe(undefined);
  });

  it('are reset to numbers of their own format', () => {
    expect(outputs(body('reg r: fixed(4, 4) reset 3 = r\nout y = r'))).toEqual({ y: 0x30n });
    expect(outputs(body('reg r: bool reset true = r\nout y = r'))).toEqual({ y: 1n });
    const wide = 'reg r: uint(64) reset 0xffff_ffff_ffff_fffe = r\nout y = r';
    expect(outputs(body(wide))).toEqual({ y: 0xffff_ffff_ffff_fffen });
  });
});

describe('instances', () => {
  const lane = `datapath lane(n: 1..8 = 2, t: format = int(8), mode: up | down = up) {
    in a: t[n]
    in b: t[n]
    out y = dot(a, b)
    out first = if mode == up then a[0] else b[0]
  }
  datapath plus { in x: int(8) out y = x + 1 }
  `;

  it('are shared by arguments, and named after those that are not the default', () => {
    const text = `${lane}datapath top {
      in a: int(8)[2]
      in s: uint(4)[3]
      let p = lane(a, a)
      let q = lane(a, a, n: 2)
      let r = lane(s, s, n: 3, t: uint(4), mode: down)
      out y = [p.y, q.y, r.y]
      out f = r.first
      out o = plus(p.first) + plus(q.first).y
    }`;
    const design = designOf(text);
    expect(verifyDesign(design)).toEqual([]);
    expect(design.modules.map((module) => module.name)).toEqual([
      'lane',
      'lane_n3_t_uint4_mode_down',
      'plus',
      'top',
    ]);
    const result = interpret(design).step({ a: 0x0302n, s: 0x321n });
    expect(result).toEqual({ y: (14n << 34n) | (13n << 17n) | 13n, f: 1n, o: 6n });
  });

  it('widen their inputs exactly', () => {
    const text = `${lane}datapath top { in x: int(3) out y = plus(x) }`;
    expect(outputs(text, { x: 7n })).toEqual({ y: 0n });
  });

  it('say with which arguments a fault is theirs', () => {
    const text = `datapath inner(n: 1..9 = 8) { in x: int(n) out y = x[7:0] }
      datapath top { in x: int(4) out y = inner(x, n: 4) }`;
    expect(checkSource(text, 'test.dp')).toMatchObject([
      { code: 'out-of-range', place: { line: 1 }, hint: 'here n = 4, as called on line 2' },
    ]);
  });

  it('with faults are told once, whoever calls them', () => {
    const text = `datapath bad { in x: int(8) out y = x + nope }
      datapath one { in x: int(8) out y = bad(x) }
      datapath two { in x: int(8) out y = one(x) + bad(x) }`;
    expect(checkSource(text, 'test.dp')).toMatchObject([{ code: 'unknown-name', place: { line: 1 } }]);
    const top = need(loadDesign(text, 'test.dp')).at(-1)!;
    expect(top.elaborate({})).toMatchObject({ ok: false, diagnostics: [{ code: 'unknown-name' }] });
  });

  it('stand before operators of the same name, but not in their own body', () => {
    const text = `datapath relu { in x: int(8) out y = relu(x) + 1 }
      datapath top { in x: int(8) out y = relu(x) }`;
    expect(outputs(text, { x: 0xfen })).toEqual({ y: 1n });
  });

  it('never take the name of another module', () => {
    const text = `datapath a(n: 1..9 = 1) { in x: int(8) out y = x + n }
      datapath a_n2 { in x: int(8) out y = x }
      datapath top { in x: int(8) out y = a(x, n: 2) + a_n2(x) }`;
    expect(designOf(text).modules.map((module) => module.name)).toEqual(['a_n2_2', 'a_n2', 'top']);
    expect(outputs(text, { x: 3n })).toEqual({ y: 8n });
  });
});

describe('the design', () => {
  it('carries the place of every node and the sentences about it', () => {
    const design = designOf('// Adds.\ndatapath t {\n  in a: int(8)\n  let s = a + 1\n  out y = s\n}');
    const top = design.modules[0]!;
    expect(top.about).toBe('Adds.');
    expect(top.nodes.every((node) => node.place?.file === 'test.dp')).toBe(true);
    expect(top.nodes.find((node) => node.name === 's')!.place).toMatchObject({
      line: 4,
      column: 11,
      length: 5,
    });
  });

  it('asks for pipeline stages', () => {
    expect(designOf(body('in a: int(8)\nout y = a\npipeline(stages: 2 + 1)')).modules[0]!.stages).toBe(3);
  });

  it('computes a filter of constant coefficients as its definition says', () => {
    const text = body(
      `in x: int(8)
       let h = [3, -1, 4, -1]
       let n = length(h)
       type part = int(12)
       reg line: part[n] = [wrap(x * h[i] + (if i + 1 < n then line[i + 1] else 0), to: part) for i in 0..n-1]
       out y = line[0]`,
    );
    const run = interpret(designOf(text));
    const source = random(1);
    const xs = Array.from({ length: 40 }, () => BigInt(source.below(256) - 128));
    const ys = xs.map((x) => read(run.step({ x })['y']!, 12, true));
    const expected = xs.map((_, t) =>
      [3n, -1n, 4n, -1n].reduce((sum, h, i) => sum + h * (xs[t - 1 - i] ?? 0n), 0n),
    );
    expect(ys).toEqual(expected);
  });
});
