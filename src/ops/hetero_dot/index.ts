import { vec, type Arguments, type Type } from '../../builder/index.js';
import { int, uint } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf, listOf } from '../arguments.js';
import { activationParameters, outputsParameter, scaleParameter } from './parameters.js';
import type { Operator } from '../operator.js';
import { buildPlanes, buildScaled } from './build.js';
import { weightRules } from './rules.js';
import { planesReference, scaledReference } from './reference.js';
import { sampleWeights } from './samples.js';
import { planeType, scaledType, weightsOf, type Activation, type HeteroWeights } from './weights.js';

/** A layer of constant weights of one, two, three … bits each. */
export const heteroDot: Operator = {
  name: 'hetero_dot',
  about:
    'Inner products of a vector with constant weights of one to eight bits each, by residual binarisation: Σ_b scale_b · Σ_i ±a_i over the weights of more than b bits.',
  parameters: [
    {
      kind: 'list',
      name: 'bits',
      about: 'the bits of each weight, output by output',
      least: 1,
      most: 8,
      shortest: 1,
      longest: 8192,
      default: [1, 2, 1, 3, 1, 1, 2, 1],
    },
    {
      kind: 'list',
      name: 'signs',
      about: 'the signs of each weight: bit b of its code is 1 where plane b is +1, 0 where it is −1',
      least: 0,
      most: 255,
      shortest: 1,
      longest: 8192,
      default: [1, 0, 0, 5, 1, 0, 3, 1],
    },
    scaleParameter(
      'the factor of each plane, of all outputs or output by output; empty for the sums of the planes',
      16384,
    ),
    outputsParameter,
    ...activationParameters,
    { kind: 'flag', name: 'share', about: 'whether equal parts of sums are added only once', default: true },
  ],
  infer: ([a]) => elementFormat('a', a),
  ports: (p) => ({
    inputs: [{ name: 'a', type: vec(fixedOf(p, 'a'), weights(p).lanes) }],
    outputs: [isScaled(p) ? { name: 'y', type: scaledPort(p) } : { name: 'planes', type: planesPort(p) }],
  }),
  rules: (p) => weightRules('hetero_dot', p, 'each output'),
  latency: () => 0,
  macs: (p) => listOf(p, 'bits').length,
  reference(p) {
    const { bits, signs, outputs } = weights(p);
    const of = { bits, signs, outputs, ...activation(p), a: fixedOf(p, 'a') };
    if (!isScaled(p)) return planesReference(of, planeType(weights(p), activation(p)));
    return scaledReference(of, listOf(p, 'scale'), scaledType(weights(p), activation(p), listOf(p, 'scale')));
  },
  build(datapath, p, [a]) {
    const share = p['share'] === true;
    if (!isScaled(p)) return [buildPlanes(datapath, a!, activation(p), weights(p), share)];
    return [buildScaled(datapath, a!, activation(p), weights(p), listOf(p, 'scale'), share)];
  },
  samples: [
    {},
    { scale: [4, 2, 1] },
    { bits: [1], signs: [0] },
    { bits: [1], signs: [1], a: uint(1), bipolar: true, scale: [3] },
    { bits: [3], signs: [5], a: int(1), scale: [-7, 0, 5] },
    { bits: [8], signs: [170], a: int(8), scale: [100, 51, 25, 12, 6, 3, 2, 1] },
    { bits: [1, 1, 1, 1, 1], signs: [0, 0, 0, 0, 0], a: uint(3) },
    { bits: [3, 3, 3, 3], signs: [7, 0, 7, 0], a: int(3), scale: [5, 3, 1] },
    { bits: [1, 1, 1, 2, 3, 1], signs: [1, 0, 1, 2, 6, 1], outputs: 2, a: int(4) },
    { bits: [1, 1, 3, 1], signs: [0, 1, 3, 1], outputs: 2, a: uint(4), scale: [9, 4, 2, 7, 0, 0] },
    { ...sampleWeights(24, [1], 1), a: uint(1), bipolar: true },
    { ...sampleWeights(33, [1, 1, 1, 2, 3], 2), a: int(8), scale: [77, 39, 20] },
    { ...sampleWeights(64, [1, 2, 3], 3), a: uint(2), bipolar: true, outputs: 4, scale: [6, 3, 2] },
    { ...sampleWeights(64, [1, 2, 3], 3), a: uint(2), outputs: 4, scale: [6, 3, 2], share: false },
    { ...sampleWeights(16 * 40, [1, 1, 1, 1, 1, 1, 1, 2, 2, 3], 4), a: uint(1), outputs: 40 },
    {
      ...sampleWeights(16 * 24, [1, 1, 1, 1, 1, 1, 1, 2, 2, 3], 5),
      a: int(8),
      outputs: 24,
      scale: [50, 24, 13],
    },
  ],
};

/** The weights in the parameters; the lists must agree. */
function weights(p: Arguments): HeteroWeights {
  return weightsOf(listOf(p, 'bits'), listOf(p, 'signs'), integerOf(p, 'outputs'));
}

function activation(p: Arguments): Activation {
  return { format: fixedOf(p, 'a'), bipolar: p['bipolar'] === true };
}

function isScaled(p: Arguments): boolean {
  return listOf(p, 'scale').length > 0;
}

function scaledPort(p: Arguments): Type {
  const type = scaledType(weights(p), activation(p), listOf(p, 'scale'));
  return integerOf(p, 'outputs') === 1 ? type : vec(type, integerOf(p, 'outputs'));
}

function planesPort(p: Arguments): Type {
  const planes = vec(planeType(weights(p), activation(p)), weights(p).planes);
  return integerOf(p, 'outputs') === 1 ? planes : vec(planes, integerOf(p, 'outputs'));
}
