import { clog2 } from '../../base/index.js';
import {
  add,
  compare,
  drive,
  hiddenRegister,
  hintValue,
  literal,
  logic,
  select,
  vec,
  wrap,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { bool, int, uint, type Fixed } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf, listOf } from '../arguments.js';
import { weightRules } from '../hetero_dot/rules.js';
import { numberOf } from '../hetero_dot/reference.js';
import { sampleWeights } from '../hetero_dot/samples.js';
import {
  planeType,
  scaledType,
  weightsOf,
  type Activation,
  type HeteroWeights,
} from '../hetero_dot/weights.js';
import { activationParameters, outputsParameter, scaleParameter } from '../hetero_dot/parameters.js';
import type { Operator } from '../operator.js';
import { truthOf } from './beat.js';
import { buildSums } from './build.js';
import { programOf } from './program.js';
import { layerReference } from './reference.js';
import type { HeteroUnit } from './unit.js';
import { splitFields, wordOf, wordWidth, type Fields } from './word.js';

/**
 * A layer of constant weights of one, two, three … bits each, on one unit that takes turns. A valid chunk of activations
 * is held until `ready`; an output takes all its chunks, and each output takes them anew. In the cycle after the last
 * one of an output `done` is true and the sums are complete; they stay until the next valid chunk.
 */
export const heteroMac: Operator = {
  name: 'hetero_mac',
  about:
    'The sums of hetero_dot, one plane of `lanes` weights a cycle from a ROM of planes and masks, by counting bits that match: a chunk of activations stays valid until `ready`, each output takes all chunks anew, and `done` follows its last one, with the sum.',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'weights that a cycle takes', least: 1, most: 1024, default: 8 },
    {
      kind: 'list',
      name: 'bits',
      about: 'the bits of each weight, output by output',
      least: 1,
      most: 8,
      shortest: 1,
      longest: 65536,
      default: [1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 1, 1],
    },
    {
      kind: 'list',
      name: 'signs',
      about: 'the signs of each weight: bit b of its code is 1 where plane b is +1, 0 where it is −1',
      least: 0,
      most: 255,
      shortest: 1,
      longest: 65536,
      default: [1, 0, 0, 5, 1, 0, 3, 1, 0, 1, 1, 0],
    },
    scaleParameter('the factor of each plane; empty for a sum of its own for each plane', 8),
    outputsParameter,
    ...activationParameters,
  ],
  infer: ([a]) => ({ ...(a?.kind === 'vector' && { lanes: a.length }), ...elementFormat('a', a) }),
  ports(p) {
    const { lanes, planes, scale, sum } = unitOf(p);
    return {
      inputs: [
        { name: 'a', type: vec(fixedOf(p, 'a'), lanes) },
        { name: 'valid', type: bool },
      ],
      outputs: [
        scale.length > 0 ? { name: 'y', type: sum } : { name: 'planes', type: vec(sum, planes) },
        { name: 'done', type: bool },
        { name: 'ready', type: bool },
      ],
    };
  },
  rules: (p) => weightRules('hetero_mac', p, 'all outputs'),
  latency: () => 1,
  reference: (p) =>
    layerReference({
      outputs: integerOf(p, 'outputs'),
      bits: listOf(p, 'bits'),
      signs: listOf(p, 'signs'),
      ...unitOf(p),
      numberOf: (word) => numberOf({ a: fixedOf(p, 'a'), bipolar: p['bipolar'] === true }, word),
    }),
  build,
  samples: [
    {},
    { scale: [4, 2, 1] },
    { lanes: 1, bits: [1], signs: [0], a: uint(1) },
    { lanes: 1, bits: [3], signs: [5], a: int(1), scale: [-5, 0, 3] },
    { lanes: 3, ...sampleWeights(10, [1, 1, 2], 1), a: int(4), outputs: 2 },
    { lanes: 4, bits: [3, 3, 3, 3], signs: [7, 0, 7, 0], a: uint(1), bipolar: true, scale: [5, 3, 1] },
    { lanes: 16, ...sampleWeights(96, [1, 1, 1, 2, 3], 2), a: uint(3), bipolar: true, outputs: 2 },
    { lanes: 8, ...sampleWeights(60, [1], 3), a: uint(1), outputs: 5 },
    {
      lanes: 32,
      ...sampleWeights(120, [1, 2, 3, 8], 4),
      a: int(8),
      outputs: 3,
      scale: [90, 50, 25, 12, 6, 3, 2, 1],
    },
  ],
};

/** The weights in the parameters; the lists must agree. */
function weights(p: Arguments): HeteroWeights {
  return weightsOf(listOf(p, 'bits'), listOf(p, 'signs'), integerOf(p, 'outputs'));
}

function unitOf(p: Arguments): HeteroUnit {
  const activation: Activation = { format: fixedOf(p, 'a'), bipolar: p['bipolar'] === true };
  const scale = listOf(p, 'scale');
  const sum: Fixed =
    scale.length > 0 ? scaledType(weights(p), activation, scale) : planeType(weights(p), activation);
  return { lanes: integerOf(p, 'lanes'), planes: weights(p).planes, activation, scale, sum };
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const [a, valid] = inputs as [Value, Value];
  const unit = unitOf(p);
  const contents = programOf(weights(p), unit.lanes).map((step) => wordOf(unit, step));
  const awake = hiddenRegister(datapath, 'awake', bool);
  drive(datapath, awake, truthOf(datapath.draft.constant(1n, 1)));
  const beat = logic(datapath, 'and', valid, awake.value);
  hintValue(datapath.draft, beat, 'beat');
  const fields = nextStep(datapath, unit, contents, beat);
  const { sums, done } = buildSums(datapath, unit, fields, a, { beat });
  return [sums, done, logic(datapath, 'and', awake.value, truthOf(fields.chunkEnd))];
}

/** The step at hand, which goes on with each beat: its word is fetched in the cycle before. */
function nextStep(datapath: Datapath, unit: HeteroUnit, contents: readonly bigint[], beat: Value): Fields {
  const { draft } = datapath;
  const depth = contents.length;
  const type = uint(Math.max(1, clog2(depth)));
  const step = hiddenRegister(datapath, 'step', type);
  const isLast = compare(datapath, '==', step.value, literal(datapath, BigInt(depth - 1)));
  const after = wrap(datapath, add(datapath, step.value, literal(datapath, 1n)), type);
  hintValue(draft, isLast, 'is_last_step');
  const next = select(datapath, isLast, literal(datapath, 0n), after);
  const address = wrap(datapath, select(datapath, beat, next, step.value), type);
  hintValue(draft, address, 'next_step');
  drive(datapath, step, address);
  const width = wordWidth(unit);
  const program = draft.memory({ name: 'program', width, depth, synchronous: true, contents });
  if (address.kind !== 'scalar') throw new Error('the address of a step is one word');
  return splitFields(datapath, unit, draft.read(program, address.id));
}
