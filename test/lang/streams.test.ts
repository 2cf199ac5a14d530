import { describe, expect, it } from 'vitest';
import { formatSource, loadDesign } from '../../src/lang/index.js';
import { topOf, type Design } from '../../src/ir/index.js';
import { interpret } from '../../src/sim/index.js';

function made(text: string): Design {
  const loaded = loadDesign(text, 't.dp');
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]!.message);
  const design = loaded.value.at(-1)!.elaborate({});
  if (!design.ok) throw new Error(design.diagnostics[0]!.message);
  return design.value;
}

function ports(design: Design): string[] {
  const { inputs, outputs } = topOf(design);
  return [...inputs, ...outputs].map(({ name, format, lanes }) => `${name}: ${format} x ${lanes}`);
}

const sums = `datapath t {
  stream in x: {value: int(8), last: bool}
  in scale: uint(2)
  let total = wrap(acc + x.value * scale, to: int(20))
  reg acc: int(20) = if x.last then 0 else total
  stream out y = {total: total, count: 1} when x.last
}
`;

describe('records', () => {
  it('are ports, a field each', () => {
    const text = 'datapath t {\n  in x: {a: int(3), b: bool[2]}\n  out y = x\n  out z = x.a\n}\n';
    expect(ports(made(text))).toEqual([
      'x_a: int(3) x 1',
      'x_b: bool x 2',
      'y_a: int(3) x 1',
      'y_b: bool x 2',
      'z: int(3) x 1',
    ]);
  });

  it('have types with names, among them blocks of scaled numbers', () => {
    const text = `datapath t {
  type pair = {a: int(3), b: int(4)}
  in p: pair
  in m: mx(fp6_e2m3, 8)
  in n: nvfp4
  in v: vsq(int(4), 16, uint(5))
  out y: {a: int(5), b: int(6)} = p
  out z = [m.scale, m.scale]
}
`;
    expect(ports(made(text))).toEqual([
      'p_a: int(3) x 1',
      'p_b: int(4) x 1',
      'm_elements: fp6_e2m3 x 8',
      'm_scale: e8m0 x 1',
      'n_elements: fp4_e2m1 x 16',
      'n_scale: ue4m3 x 1',
      'v_elements: int(4) x 16',
      'v_scale: uint(5) x 1',
      'y_a: int(5) x 1',
      'y_b: int(6) x 1',
      'z: e8m0 x 2',
    ]);
  });

  it('are handed to datapaths that are called', () => {
    const text = `datapath inner {
  in p: {a: int(3), b: int(4)}
  in k: int(2)
  out y = p.a * p.b + k
}

datapath t {
  in p: {a: int(3), b: int(4)}
  out y = inner(p, -1)
  out z = inner({b: 2, a: 3}, 1)
}
`;
    const engine = interpret(made(text));
    expect(engine.step({ p_a: 5n, p_b: 7n })).toEqual({ y: BigInt.asUintN(8, -3n * 7n - 1n), z: 7n });
  });
});

describe('streams', () => {
  it('have valid and ready, and work word by word', () => {
    const design = made(sums);
    expect(ports(design)).toEqual([
      'rst_n: bool x 1',
      'x_value: int(8) x 1',
      'x_last: bool x 1',
      'scale: uint(2) x 1',
      'x_valid: bool x 1',
      'y_ready: bool x 1',
      'x_ready: bool x 1',
      'y_total: int(20) x 1',
      'y_count: uint(1) x 1',
      'y_valid: bool x 1',
    ]);
    expect(topOf(design).streams).toEqual([
      { name: 'x', direction: 'in', fields: ['x_value', 'x_last'], valid: 'x_valid', ready: 'x_ready' },
      { name: 'y', direction: 'out', fields: ['y_total', 'y_count'], valid: 'y_valid', ready: 'y_ready' },
    ]);
    const engine = interpret(design);
    const idle = { rst_n: 1n, x_value: 9n, x_last: 1n, scale: 3n, x_valid: 0n, y_ready: 0n };
    engine.step({ ...idle, rst_n: 0n });
    const given: bigint[] = [];
    const step = (more: Partial<typeof idle>) => {
      const out = engine.step({ ...idle, ...more });
      if (out['y_valid'] === 1n && more.y_ready === 1n) given.push(out['y_total']!);
      return out;
    };
    for (const [value, last] of [
      [5n, 0n],
      [7n, 1n],
      [1n, 1n],
    ] as const) {
      step({});
      expect(step({ x_value: value, x_last: last, x_valid: 1n })['x_ready']).toBe(1n);
    }
    // Two words wait and there is no room for a third.
    expect(step({ x_value: 2n, x_valid: 1n })['x_ready']).toBe(0n);
    for (let cycle = 0; cycle < 8; cycle++) step({ y_ready: 1n });
    expect(given).toEqual([36n, 3n]);
  });

  it('print as they were written', () => {
    const text = formatSource(sums, 't.dp');
    expect(text.ok && text.value).toBe(sums);
    const wide = formatSource(
      'datapath t { stream in x : {a:int(8) , b :bool} stream out y:int(9)=x.a when x.b }',
      't.dp',
    );
    expect(wide.ok && wide.value).toBe(
      'datapath t {\n  stream in x: {a: int(8), b: bool}\n  stream out y: int(9) = x.a when x.b\n}\n',
    );
  });
});
