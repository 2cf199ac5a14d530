import { signedWidth, type Diagnostic } from '../../base/index.js';
import { vec, type Arguments, type Type } from '../../builder/index.js';
import { bool, formatName, formatWidth, int, uint, type Fixed, type Format } from '../../format/index.js';
import { integerOf } from '../arguments.js';
import type { Operator } from '../operator.js';
import { buildXnorDot } from './build.js';
import { notOneBit } from './problems.js';
import { xnorReference } from './reference.js';

/** The inner product of two binary vectors. */
export const xnorDot: Operator = {
  name: 'xnor_dot',
  about:
    'The exact inner product of two vectors of signs, one bit each, 1 for +1 and 0 for −1: lanes − 2·popcount(a xor b).',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'elements of each vector', least: 1, most: 16384, default: 64 },
    { kind: 'format', name: 'a', about: 'format of the elements of a, one bit wide', default: bool },
    { kind: 'format', name: 'b', about: 'format of the elements of b, one bit wide', default: bool },
  ],
  infer: ([a, b]) => ({
    ...(a?.kind === 'vector' && { lanes: a.length }),
    ...elementOf('a', a),
    ...elementOf('b', b),
  }),
  ports: (p) => ({
    inputs: ['a', 'b'].map((name) => ({ name, type: vec(p[name] as Format, integerOf(p, 'lanes')) })),
    outputs: [{ name: 'y', type: sumType(p) }],
  }),
  rules,
  latency: () => 0,
  macs: (p) => integerOf(p, 'lanes'),
  reference: (p) => xnorReference(sumType(p)),
  build: (datapath, p, [a, b]) => [buildXnorDot(datapath, a!, b!, sumType(p))],
  samples: [
    {},
    { lanes: 1 },
    { lanes: 2, a: uint(1) },
    { lanes: 3 },
    { lanes: 7, a: { kind: 'bits', width: 1 }, b: int(1) },
    { lanes: 32 },
    { lanes: 100, b: uint(1) },
    { lanes: 513 },
  ],
};

function elementOf(name: string, type: Type | undefined): Arguments {
  return type?.kind === 'vector' && type.element.kind !== 'vector' ? { [name]: type.element } : {};
}

function rules(p: Arguments): Diagnostic[] {
  return ['a', 'b']
    .filter((name) => formatWidth(p[name] as Format) !== 1)
    .map((name) => notOneBit(name, formatName(p[name] as Format)));
}

/** The narrowest format of −lanes to lanes. */
function sumType(p: Arguments): Fixed {
  return int(signedWidth(BigInt(integerOf(p, 'lanes'))));
}
