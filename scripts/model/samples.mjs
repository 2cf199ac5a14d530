// The designs that cost models are fitted to, chosen by, and judged on.
//   fit         primitives, operators of `seen` with parameters of their own, some samples of those in `also`
//   validation  samples of the operators in `seen`: what is fitted was chosen by these, coefficients were not
//   heldOut     samples of all operators, most of which are in neither list, and examples: looked at to judge only
import { readFileSync } from 'node:fs';
import { designOfSample } from '../../dist/flow/index.js';
import { operators } from '../../dist/ops/index.js';
import { simplify } from '../../dist/pass/index.js';
import { primitives } from './primitives.mjs';

const seen = ['dot', 'mac', 'requantise', 'fp_add', 'fp_mul', 'int_to_fp'];

const also = ['vs_dot', 'vs_quantise', 'hetero_dot', 'fp_convert'];

const fixed = (signed, width) => ({ kind: 'fixed', signed, width, fraction: 0 });
const float = (exponent, mantissa) => ({
  kind: 'float',
  signed: true,
  exponent,
  mantissa,
  bias: 2 ** (exponent - 1) - 1,
  specials: 'ieee',
  lowest: 'subnormal',
});
const same = (format) => ({ a: format, b: format, to: format });

/** Operator, parameters, pipeline stages. */
const own = [
  ['dot', { lanes: 4, a: fixed(true, 8), b: fixed(true, 8) }, 0],
  ['dot', { lanes: 6, a: fixed(true, 5), b: fixed(false, 7) }, 0],
  ['dot', { lanes: 9, a: fixed(true, 3), b: fixed(true, 6) }, 2],
  ['dot', { lanes: 8, a: fixed(false, 4), b: fixed(false, 4) }, 1],
  ['mac', { a: fixed(true, 6), b: fixed(true, 10), terms: 64 }, 0],
  ['mac', { a: fixed(false, 8), b: fixed(true, 8), terms: 500 }, 0],
  ['requantise', { x: fixed(true, 24), bias: fixed(true, 20), multiplier: fixed(false, 12), shift: 12 }, 0],
  ['requantise', { x: fixed(true, 16), bias: fixed(true, 16), multiplier: fixed(false, 8), shift: 10 }, 1],
  ['fp_add', same(float(6, 9)), 0],
  ['fp_add', same(float(8, 15)), 0],
  ['fp_add', same(float(4, 5)), 2],
  ['fp_mul', same(float(6, 9)), 0],
  ['fp_mul', { a: float(5, 6), b: float(5, 6), to: float(8, 15) }, 0],
  ['fp_mul', same(float(4, 5)), 2],
  ['int_to_fp', { a: fixed(true, 20), to: float(6, 9) }, 0],
  ['int_to_fp', { a: fixed(true, 14), to: float(5, 6) }, 1],
  ['int_to_fp', { a: fixed(false, 24), to: float(8, 11) }, 0],
  ['int_to_fp', { a: fixed(true, 10), to: float(4, 5) }, 2],
  ['fp_convert', { a: float(6, 13), to: float(5, 7) }, 0],
  ['fp_convert', { a: float(5, 7), to: float(7, 12) }, 0],
  ['fp_convert', { a: float(8, 15), to: float(4, 4) }, 1],
  ['fp_add', same(float(5, 6)), 0],
  ['fp_add', same(float(7, 12)), 3],
  ['fp_mul', same(float(5, 5)), 0],
  ['fp_mul', same(float(7, 8)), 1],
  ['fp_mul', { a: float(4, 3), b: float(5, 4), to: float(6, 9) }, 3],
  ['vs_quantise', { lanes: 4, x: fixed(true, 10), to: fixed(true, 5), scale: fixed(false, 5) }, 0],
  ['vs_quantise', { lanes: 3, x: fixed(true, 8), to: fixed(true, 4), scale: fixed(false, 4) }, 2],
  ['hetero_dot', { bits: [1, 2, 2, 1, 1, 2], signs: [0, 0, 1, 0, 1, 0], a: fixed(false, 4) }, 0],
  [
    'hetero_dot',
    { bits: [2, 1, 1, 2, 1, 1, 1, 2, 1, 1], signs: [0, 1, 0, 0, 1, 0, 1, 0, 0, 1], a: fixed(true, 6) },
    2,
  ],
  ['vs_dot', { lanes: 4, a: fixed(true, 4), b: fixed(true, 5), scale_bits: 4 }, 0],
  ['vs_dot', { lanes: 3, a: fixed(true, 6), b: fixed(true, 4), scale_bits: 5 }, 2],
  ['requantise', { x: fixed(true, 12), bias: fixed(true, 10), multiplier: fixed(false, 6), shift: 8 }, 0],
  ['requantise', { x: fixed(true, 18), bias: fixed(true, 16), multiplier: fixed(false, 9), shift: 9 }, 3],
  ['mac', { a: fixed(true, 4), b: fixed(false, 6), terms: 30 }, 1],
  ['dot', { lanes: 3, a: fixed(true, 4), b: fixed(true, 7) }, 0],
  ['dot', { lanes: 5, a: fixed(false, 3), b: fixed(true, 5) }, 3],
];

/** Interfaces to memories, which take flip-flops and few gates. */
const leftOut = new Set(['embedding_lookup']);

/** How many samples an operator had when they were dealt out: later ones change nothing of what was judged on. */
const dealt = { dot: 9 };

/** Examples that are held out; fixed here, so that a new example does not change what was judged on. */
const examples =
  'binary-layer domain-blend dot-int8 dot-stream fir fp-mac hetero-layer hetero-loaded hetero-neuron hierarchy ipu mac mc-ipu nvfp4-mac outer-product requantise rescale vs-beats vs-layer vs-mac'
    .split(' ')
    .map((name) => `examples/${name}.dp`);

/** `{set, name, of, written}` of every sample. */
export function samples() {
  const root = new URL('../../', import.meta.url);
  const made = primitives.map((make) => ({ set: 'fit', of: 'primitive', ...make() }));
  own.forEach(([operator, parameters, stages], k) => {
    const written = designOfSample({ operator, parameters, stages, name: `own_${operator}_${k}` });
    made.push({ set: 'fit', of: operator, name: `own ${operator} ${k}`, written });
  });
  const spare = { fit: 0, validation: 0 };
  const every = { fit: 3, validation: 2 };
  for (const operator of operators.filter(({ name }) => !leftOut.has(name)))
    for (const sample of operatorSamples(operator))
      if (sample.set === 'heldOut' || spare[sample.set]++ % every[sample.set] === 0) made.push(sample);
  for (const file of examples) {
    const written = designOfSample({ file, text: readFileSync(new URL(file, root), 'utf8') });
    made.push({ set: 'heldOut', of: 'example', name: file, written });
  }
  return made;
}

/**
 * Of an operator's samples of medium size the first, the middle and the last are held out; of operators that nothing is fitted to
 * also up to three more that are quickly mapped.
 */
function operatorSamples({ name: of, samples: all }) {
  const some = all.slice(0, dealt[of]).flatMap((_, index) => {
    const written = designOfSample({ operator: of, index });
    const nodes = simplify(written).modules.flatMap((module) => module.nodes);
    const bits = nodes.reduce((sum, node) => sum + node.width, 0);
    return bits >= 100 && bits <= 6000 ? [{ bits, sample: { of, name: `${of} ${index}`, written } }] : [];
  });
  const held = some.length <= 3 ? some : [some[0], some[Math.floor(some.length / 2)], some.at(-1)];
  const rest = some.filter((one) => !held.includes(one));
  const isFitted = also.includes(of) || seen.includes(of);
  const more = isFitted ? [] : rest.filter(({ bits }) => bits >= 300 && bits <= 1300).slice(0, 3);
  const set = also.includes(of) ? 'fit' : 'validation';
  return [
    ...[...held, ...more].map(({ sample }) => ({ set: 'heldOut', ...sample })),
    ...(isFitted ? rest.map(({ sample }) => ({ set, ...sample })) : []),
  ];
}
