import { type Arguments, vec } from '../../builder/index.js';
import { bits, bool, int, uint } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf, listOf } from '../arguments.js';
import { activationRules } from '../hetero_dot/rules.js';
import { numberOf } from '../hetero_dot/reference.js';
import type { Activation } from '../hetero_dot/weights.js';
import { planeBits, sumOfWords, type HeteroUnit } from '../hetero_mac/unit.js';
import { activationParameters, scaleParameter } from '../hetero_dot/parameters.js';
import type { Operator } from '../operator.js';
import { buildLoaded } from './build.js';
import { wrongFactors } from './problems.js';
import { loadedReference } from './reference.js';

/**
 * hetero_mac with a memory for its program. While `load` is true a step is added to the program in each cycle: the
 * signs and the mask of a plane of a chunk's weights, lane by lane, the number of the plane, and whether the step is
 * the last of the chunk and of the sum. `restart` empties it. The steps are taken in turn, from the second cycle after
 * they were loaded on, and then from the first again; a program is to be loaded before activations are valid.
 */
export const heteroMacLoaded: Operator = {
  name: 'hetero_mac_loaded',
  about:
    'hetero_mac with weights in a RAM: `load` adds a step to its program, the signs and mask of a plane of a chunk, the number of the plane, and whether the chunk and the sum end with it; `restart` empties the program.',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'weights that a cycle takes', least: 1, most: 1024, default: 8 },
    { kind: 'integer', name: 'planes', about: 'the most bits of a weight', least: 1, most: 8, default: 3 },
    {
      kind: 'integer',
      name: 'words',
      about: 'the most steps of a program; a sum of more may wrap',
      least: 1,
      most: 65536,
      default: 64,
    },
    scaleParameter('the factor of each plane; empty for a sum of its own for each plane', 8),
    ...activationParameters,
  ],
  infer: ([a]) => ({ ...(a?.kind === 'vector' && { lanes: a.length }), ...elementFormat('a', a) }),
  ports(p) {
    const { lanes, planes, scale, sum } = unitOf(p);
    return {
      inputs: [
        { name: 'a', type: vec(fixedOf(p, 'a'), lanes) },
        { name: 'valid', type: bool },
        { name: 'restart', type: bool },
        { name: 'load', type: bool },
        { name: 'sign', type: bits(lanes) },
        { name: 'mask', type: bits(lanes) },
        { name: 'plane', type: uint(planeBits(planes)) },
        { name: 'chunk_end', type: bool },
        { name: 'sum_end', type: bool },
      ],
      outputs: [
        scale.length > 0 ? { name: 'y', type: sum } : { name: 'planes', type: vec(sum, planes) },
        { name: 'done', type: bool },
        { name: 'ready', type: bool },
      ],
    };
  },
  rules: (p) => [
    ...activationRules('hetero_mac_loaded', p),
    ...([0, integerOf(p, 'planes')].includes(listOf(p, 'scale').length)
      ? []
      : [wrongFactors(listOf(p, 'scale').length, integerOf(p, 'planes'))]),
  ],
  latency: () => 1,
  reference: (p) =>
    loadedReference({
      ...unitOf(p),
      words: integerOf(p, 'words'),
      numberOf: (word) => numberOf({ a: fixedOf(p, 'a'), bipolar: p['bipolar'] === true }, word),
    }),
  build: (datapath, p, inputs) => buildLoaded(datapath, unitOf(p), integerOf(p, 'words'), inputs),
  samples: [
    {},
    { scale: [4, 2, 1], words: 3 },
    { lanes: 1, planes: 1, words: 1, a: uint(1) },
    { lanes: 3, planes: 1, words: 2, a: int(1), scale: [-3] },
    { lanes: 4, planes: 2, words: 5, a: int(5), scale: [9, -4] },
    { lanes: 16, planes: 3, words: 16, a: uint(3), bipolar: true },
    { lanes: 32, planes: 5, words: 100, a: int(8), scale: [16, 8, 4, 2, 1] },
  ],
};

function unitOf(p: Arguments): HeteroUnit {
  const activation: Activation = { format: fixedOf(p, 'a'), bipolar: p['bipolar'] === true };
  const [lanes, planes, scale] = [integerOf(p, 'lanes'), integerOf(p, 'planes'), listOf(p, 'scale')];
  return {
    lanes,
    planes,
    activation,
    scale,
    sum: sumOfWords(lanes, integerOf(p, 'words'), activation, scale),
  };
}
