import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { numberDecoder, type NumberFormat } from '../../src/format/index.js';
import { loadDesign } from '../../src/lang/index.js';
import {
  blockOptions,
  datapathEngine,
  elements,
  evaluate,
  floatTensor,
  forward,
  observedRange,
  prepare,
  quantise,
  wantsBlocks,
  type Attribute,
  type DotEngine,
  type LayerPass,
  type Network,
} from '../../src/nn/index.js';
import { faults, need, network, node } from './networks.js';

function engineOf(text: string, given: Record<string, number> = {}): DotEngine {
  const design = need(buildDesign(need(loadDesign(text, 'test.dp')).at(-1)!, given));
  return need(datapathEngine(design.simplified));
}

const example = (name: string): string => readFileSync(`examples/${name}.dp`, 'utf8');

/** A processing element for elements and scales of any format. */
const mx = (element: string, scale: string, block: number): string => `datapath mx_mac() {
  in a: ${element}[${block}]
  in b: ${element}[${block}]
${scale === '' ? '' : `  in a_scale: ${scale}[1]\n  in b_scale: ${scale}[1]\n`}  in first: bool
  let partial = mx_dot(a, b, a_scale, b_scale, block: ${block}, to: fp32)
  reg total: fp32 = if first then partial else fp_add(total, partial)
  out y = total
}
`;

const r = random(12);
const normal = (size: number): Float32Array => Float32Array.from({ length: size }, () => r.normal());
const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });

/** A convolution whose channels do not fill blocks, read by a fully connected layer; what it reads is not negative. */
const net: Network = network(
  [3, 6, 6],
  [
    node('Conv', ['x', 'w1', 'b1'], 'c', { pads: ints(1, 1, 1, 1) }),
    node('Relu', ['c'], 'r'),
    node('Flatten', ['r'], 'f'),
    node('Gemm', ['f', 'w2'], 'y'),
  ],
  {
    w1: floatTensor([5, 3, 3, 3], normal(135)),
    b1: floatTensor([5], normal(5)),
    w2: floatTensor([180, 4], normal(720)),
  },
);
const prepared = need(prepare(net));
const x = floatTensor([8, 3, 6, 6], normal(8 * 108).map(Math.abs));
const float = need(evaluate(prepared, x));
const reach = (name: string): number =>
  (float.get(name)!.data as Float32Array).reduce((a, b) => Math.max(a, b));
const seen = new Map(['x', 'r'].map((name) => [name, observedRange(0, reach(name))]));

/** The sum of an inner product by what its codes stand for. */
function sumOfBeats(pass: LayerPass, group: number, position: number, column: number): number {
  const { engine } = pass;
  const value = (format: NumberFormat | undefined, code: number): number =>
    format ? decoded(format, code) : 1;
  let sum = 0;
  for (const { a, w, aScales, wScales } of pass.products().beats(group, position, column)) {
    a.forEach((code, i) => {
      const block = Math.floor(i / engine.block);
      const scale = value(engine.activations.scale, aScales?.[block] ?? 0);
      const other = value(engine.weights.scale, wScales?.[block] ?? 0);
      sum +=
        decoded(engine.activations.element, code) * decoded(engine.weights.element, w[i]!) * scale * other;
    });
  }
  return sum;
}

function sumsAreThoseOfTheirCodes(pass: LayerPass): void {
  const { positions, columns } = pass.layer.geometry;
  const { unit } = pass.engine;
  const products = pass.products();
  for (let i = 0; i < 12; i++) {
    const [position, column] = [(7 * i) % positions, i % columns];
    const sum = products.sum(0, position, column) * unit;
    const due = sumOfBeats(pass, 0, position, column);
    // Half a unit of the product of scales is lost where it is rounded, on every vector.
    const slack = unit > 1 ? 0.25 * Math.max(1, Math.abs(due)) + 1600 * unit : 0;
    expect(Math.abs(sum - due)).toBeLessThanOrEqual(slack + 2e-6 * Math.max(1, Math.abs(due)));
  }
}

function decoded(format: NumberFormat, code: number): number {
  return format.kind === 'fixed' ? code / 2 ** format.fraction : numberDecoder(format)(code);
}

const datapaths: readonly [string, string, number, number, Record<string, number>?][] = [
  ['vs-beats', example('vs-beats'), 11, 1],
  ['vs-mac, scales rounded', example('vs-mac'), 7, 4],
  ['vs-mac of 8 bits', example('vs-mac'), 27, 4, { N: 8, M: 8, R: 14 }],
  ['NVFP4', example('nvfp4-mac'), 9, 1],
  ['NVFP4, two blocks a beat', example('nvfp4-mac'), 9, 1, { blocks: 2 }],
  ['MXFP4', mx('fp4_e2m1', 'e8m0', 32), 8, 1],
  ['MXFP8', mx('fp8_e4m3', 'e8m0', 32), 20, 1],
  ['MXINT8', mx('fixed(2, 6)', 'e8m0', 32), 28, 1],
];

describe('layers in blocks', () => {
  test.each(datapaths)('%s', (_about, text, decibels, unit, given) => {
    const engine = engineOf(text, given);
    expect([wantsBlocks(engine), engine.unit]).toEqual([true, unit]);
    const quantised = need(quantise(prepared, seen, blockOptions(engine)));
    const passes: LayerPass[] = [];
    const got = need(forward(quantised, x, engine, { layer: (pass) => passes.push(pass) }));
    expect(passes.map(({ overflows }) => overflows)).toEqual([0, 0]);
    const due = float.get('y')!.data as Float32Array;
    const power = due.reduce((sum, y) => sum + y * y, 0);
    const noise = due.reduce((sum, y, i) => sum + (y - got.data[i]!) ** 2, 0);
    expect(10 * Math.log10(power / noise)).toBeGreaterThan(decibels);
    const one = floatTensor([1, 3, 6, 6], x.data.slice(0, 108));
    need(forward(quantised, one, engine, { layer: sumsAreThoseOfTheirCodes }));
  });

  test('the same whatever the batch', () => {
    const engine = engineOf(example('nvfp4-mac'));
    const quantised = need(quantise(prepared, seen, blockOptions(engine)));
    const all = need(forward(quantised, x, engine)).data;
    const some = need(forward(quantised, floatTensor([3, 3, 6, 6], x.data.slice(0, 324)), engine)).data;
    expect([...some]).toEqual([...all.slice(0, 12)]);
  });

  test('negative numbers have no place in unsigned codes', () => {
    const negative = new Map(seen).set('x', observedRange(-1, 1));
    const options = blockOptions(engineOf(example('vs-beats')));
    expect(faults(quantise(prepared, negative, options))).toEqual(['nn-sign']);
  });

  test('of one layer, integers of another, one in float', () => {
    const [vs, dot] = [engineOf(example('vs-mac')), engineOf(example('dot-int8'))];
    const mixed = need(
      quantise(prepared, seen, ({ name }) => (name === 'the-c' ? blockOptions(vs) : undefined)),
    );
    expect(mixed.steps.map(({ kind }) => kind)).toEqual(['blocks', 'node', 'node']);
    const engines = ({ name }: { readonly name: string }): DotEngine => (name === 'the-c' ? vs : dot);
    expect(need(forward(mixed, x, engines)).dims).toEqual([8, 4]);
    expect(elements(x.dims)).toBe(864);
  });
});
