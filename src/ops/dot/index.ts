import { vec, type Arguments } from '../../builder/index.js';
import { int, uint } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf } from '../arguments.js';
import type { Operator } from '../operator.js';
import { buildDot } from './build.js';
import { dotReference, dotType } from './reference.js';

/** The inner product of two vectors, exact. */
export const dot: Operator = {
  name: 'dot',
  about: 'The exact inner product of two vectors: every product and the sum at full width.',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'elements of each vector', least: 1, most: 1024, default: 16 },
    { kind: 'format', of: 'fixed', name: 'a', about: 'format of the elements of a', default: int(8) },
    { kind: 'format', of: 'fixed', name: 'b', about: 'format of the elements of b', default: int(8) },
  ],
  infer: ([a, b]) => ({
    ...(a?.kind === 'vector' && { lanes: a.length }),
    ...elementFormat('a', a),
    ...elementFormat('b', b),
  }),
  ports: (p) => ({
    inputs: [
      { name: 'a', type: vec(fixedOf(p, 'a'), integerOf(p, 'lanes')) },
      { name: 'b', type: vec(fixedOf(p, 'b'), integerOf(p, 'lanes')) },
    ],
    outputs: [{ name: 'y', type: typeOf(p) }],
  }),
  latency: () => 0,
  macs: (p) => integerOf(p, 'lanes'),
  reference: (p) => dotReference(fixedOf(p, 'a'), fixedOf(p, 'b'), typeOf(p)),
  build: (datapath, p, [a, b]) => [buildDot(datapath, a!, b!, typeOf(p))],
  samples: [
    {},
    { lanes: 1 },
    { lanes: 3, a: uint(1), b: int(1) },
    { lanes: 4, a: int(2), b: uint(3) },
    { lanes: 5, a: uint(4), b: uint(8) },
    { lanes: 7, a: int(16), b: int(5) },
    { lanes: 2, a: int(32), b: int(32) },
    { lanes: 64, a: int(4), b: int(4) },
    {
      lanes: 3,
      a: { kind: 'fixed', signed: true, width: 8, fraction: 4 },
      b: { kind: 'fixed', signed: false, width: 6, fraction: 6 },
    },
  ],
};

function typeOf(p: Arguments) {
  return dotType(fixedOf(p, 'a'), fixedOf(p, 'b'), integerOf(p, 'lanes'));
}
