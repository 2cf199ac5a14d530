import { describe, expect, it } from 'vitest';
import { buildDesign, operatorDesign, perProduct, type Built } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { operators, parametersOf } from '../../src/ops/index.js';

function built(text: string): Built {
  const loaded = loadDesign(text, 't.dp');
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, {}) : loaded;
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value;
}

const source = { figure: 'energyFjPerCycle', origin: 'simulated', from: 'transitions' } as const;
const figures = { energyFjPerCycle: 84, sources: [source] };

const inner = `
datapath inner {
  in a: int(4)[3]
  in b: int(4)[3]
  out y = dot(a, b)
}`;

describe('the energy of a product', () => {
  it('is that of a cycle over the products of all operators, those of instances as often as there are instances', () => {
    const text = `${inner}
datapath outer {
  in a: int(4)[3]
  in b: int(4)[3]
  in c: int(8)[8]
  let s = inner(a, b) + inner(b, b)
  let t = dot(c, c)
  let u = dot(a, a)
  let v = mac(s, s, true, true)
  out y = s + t + u
  out z = v
}`;
    const cost = perProduct(figures, built(text).written);
    expect(cost.macsPerCycle).toBe(3 + 3 + 8 + 3 + 1);
    expect(cost.energyFjPerMac).toBe(84 / 18);
    expect(cost.sources).toEqual([
      source,
      { figure: 'energyFjPerMac', origin: 'simulated', from: expect.stringContaining('17 of dot, 1 of mac') },
    ]);
  });

  it('is not told of a design that may wait, nor of one whose operators do not say', () => {
    const streams = `${inner}
datapath outer {
  stream in a: int(4)[3]
  stream out y = inner(a, a)
}`;
    expect(perProduct(figures, built(streams).written)).toEqual({ ...figures, macsPerCycle: 3 });
    const none = built('datapath t {\n  in a: int(8)\n  out y = relu(a * a)\n}\n');
    expect(perProduct(figures, none.written)).toEqual(figures);
  });

  const plain = operators.filter(({ name }) => ['dot', 'mac', 'blend'].includes(name));
  it.each(plain)('$name says as many as its circuit has multipliers', (operator) => {
    const apart = operator.samples.filter(({ pack = 'none' }) => pack === 'none');
    for (const sample of apart) {
      const p = parametersOf(operator, [], sample);
      if (!p.ok) throw new Error(JSON.stringify(p.diagnostics));
      const { nodes } = operatorDesign(operator, p.value, 'unit', 0).modules.at(-1)!;
      expect(nodes.filter(({ kind }) => kind === 'mul').length).toBe(operator.macs!(p.value));
    }
  });
});
