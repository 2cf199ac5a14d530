import type { Diagnostic } from '../../base/index.js';
import { vec, type Arguments, type Type } from '../../builder/index.js';
import { formatName, int, roundings, type Rounding } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf } from '../arguments.js';
import type { Operator } from '../operator.js';
import { notInteger } from '../problems.js';
import { buildBlend } from './build.js';
import { blendReference } from './reference.js';

/** Combines several weights into one, in front of a plain unit. */
export const blend: Operator = {
  name: 'blend',
  about:
    'Combines the weights of several domains into one vector: Σ_d c_d · w_d / 2^shift, rounded and saturated to the format of the result.',
  parameters: [
    { kind: 'integer', name: 'domains', about: 'vectors that are combined', least: 1, most: 64, default: 4 },
    { kind: 'integer', name: 'lanes', about: 'elements of each vector', least: 1, most: 1024, default: 8 },
    { kind: 'format', name: 'w', about: 'format of the weights, an integer', of: 'fixed', default: int(8) },
    {
      kind: 'format',
      name: 'c',
      about: 'format of the coefficients, an integer',
      of: 'fixed',
      default: int(4),
    },
    { kind: 'integer', name: 'shift', about: 'the power of two divided by', least: 0, most: 63, default: 3 },
    {
      kind: 'format',
      name: 'to',
      about: 'format of the result, an integer; that of the weights of a call if it is not given',
      of: 'fixed',
      default: int(8),
    },
    { kind: 'choice', name: 'mode', about: 'how is rounded', options: roundings, default: 'nearest_even' },
  ],
  infer: ([w, c]) => ({ ...weightsOf(w), ...elementFormat('c', c) }),
  ports: (p) => ({
    inputs: [
      { name: 'w', type: vec(vec(fixedOf(p, 'w'), integerOf(p, 'lanes')), integerOf(p, 'domains')) },
      { name: 'c', type: vec(fixedOf(p, 'c'), integerOf(p, 'domains')) },
    ],
    outputs: [{ name: 'y', type: vec(fixedOf(p, 'to'), integerOf(p, 'lanes')) }],
  }),
  rules,
  latency: () => 0,
  macs: (p) => integerOf(p, 'domains') * integerOf(p, 'lanes'),
  reference: (p) =>
    blendReference({
      w: fixedOf(p, 'w'),
      c: fixedOf(p, 'c'),
      shift: integerOf(p, 'shift'),
      to: fixedOf(p, 'to'),
      mode: p['mode'] as Rounding,
    }),
  build: (datapath, p, [w, c]) => [
    buildBlend(datapath, w!, c!, integerOf(p, 'shift'), fixedOf(p, 'to'), p['mode'] as Rounding),
  ],
  samples: [
    {},
    { domains: 1, lanes: 1, w: int(4), c: int(3), shift: 1, to: int(4) },
    ...roundings.map((mode) => ({ domains: 2, lanes: 1, w: int(4), c: int(3), shift: 2, to: int(4), mode })),
    { domains: 3, lanes: 5, w: int(5), c: { ...int(3), signed: false }, shift: 3, to: int(5) },
    { domains: 2, lanes: 3, w: { ...int(4), signed: false }, c: int(2), shift: 0, to: int(3), mode: 'down' },
    { domains: 4, lanes: 16, w: int(8), c: int(5), shift: 4, to: int(6), mode: 'toward_zero' },
    { domains: 2, lanes: 2, w: int(3), c: int(2), shift: 9, to: int(3), mode: 'up' },
  ],
};

function weightsOf(w: Type | undefined): Arguments {
  if (w?.kind !== 'vector' || w.element.kind !== 'vector') return {};
  const { element, length } = w.element;
  if (element.kind !== 'fixed') return {};
  return { domains: w.length, lanes: length, w: element, to: element };
}

function rules(p: Arguments): Diagnostic[] {
  return ['w', 'c', 'to']
    .filter((name) => fixedOf(p, name).fraction !== 0)
    .map((name) => notInteger('blend', name, formatName(fixedOf(p, name))));
}
