import { clog2 } from '../../base/index.js';
import {
  add,
  compare,
  drive,
  hiddenRegister,
  hintValue,
  invert,
  literal,
  logic,
  select,
  wrap,
  type Datapath,
  type Register,
  type Scalar,
  type Value,
} from '../../builder/index.js';
import { bool, uint } from '../../format/index.js';
import type { Id } from '../../ir/index.js';
import { truthOf } from '../hetero_mac/beat.js';
import { buildSums } from '../hetero_mac/build.js';
import type { HeteroUnit } from '../hetero_mac/unit.js';
import { joinFields, splitFields, wordWidth } from '../hetero_mac/word.js';
import { popcount } from '../xnor_dot/popcount.js';

/** The unit with a memory of `words` steps; gives the sums, `done` and `ready`. */
export function buildLoaded(
  datapath: Datapath,
  unit: HeteroUnit,
  words: number,
  inputs: readonly Value[],
): Value[] {
  const { draft } = datapath;
  const [a, valid, restart, load, ...given] = inputs as readonly Scalar[] as [Scalar, Scalar, Scalar, Scalar];
  const going = invert(datapath, restart);
  const present = hiddenRegister(datapath, 'present', bool);
  const held = logic(datapath, 'and', present.value, going);
  const beat = logic(datapath, 'and', valid, held);
  hintValue(draft, beat, 'beat');

  const count = hiddenRegister(datapath, 'count', uint(clog2(words + 1)));
  const memory = draft.memory({
    name: 'program',
    width: wordWidth(unit),
    depth: words,
    synchronous: true,
    contents: [],
  });
  const next = nextStep(datapath, words, { beat, restart, count });
  drive(datapath, present, logic(datapath, 'and', going, compare(datapath, '<', next, count.value)));
  const fields = splitFields(datapath, unit, draft.read(memory, next.id));
  const { sums, done } = buildSums(datapath, unit, fields, a, { beat, restart });

  const space = compare(datapath, '<', count.value, literal(datapath, BigInt(words)));
  const loads = logic(datapath, 'and', logic(datapath, 'and', load, going), space) as Scalar;
  hintValue(draft, loads, 'loads');
  draft.write(memory, addressOf(datapath, words, count), loadedWord(datapath, unit, given), loads.id);
  countSteps(datapath, count, loads, restart);
  return [sums, done, logic(datapath, 'and', held, truthOf(fields.chunkEnd))];
}

/** The number of the step that is at hand in the next cycle, whose word is fetched now. */
function nextStep(
  datapath: Datapath,
  words: number,
  { beat, restart, count }: { beat: Value; restart: Value; count: Register },
): Scalar {
  const type = uint(addressBits(words));
  const step = hiddenRegister(datapath, 'step', type);
  const zero = literal(datapath, 0n);
  const after = add(datapath, step.value, literal(datapath, 1n));
  const isLast = compare(datapath, '==', after, count.value);
  hintValue(datapath.draft, isLast, 'is_last_step');
  const stepped = select(datapath, beat, select(datapath, isLast, zero, after), step.value);
  const next = wrap(datapath, select(datapath, restart, zero, stepped), type);
  hintValue(datapath.draft, next, 'next_step');
  drive(datapath, step, next);
  return next as Scalar;
}

function countSteps(datapath: Datapath, count: Register, loads: Value, restart: Value): void {
  const more = wrap(datapath, add(datapath, count.value, literal(datapath, 1n)), uint(widthOf(count)));
  const next = select(datapath, restart, literal(datapath, 0n), more);
  drive(datapath, count, next, logic(datapath, 'or', loads, restart));
}

function addressBits(words: number): number {
  return Math.max(1, clog2(words));
}

function widthOf({ value }: Register): number {
  const type = (value as Scalar).type;
  return type.kind === 'fixed' ? type.width : 1;
}

function addressOf({ draft }: Datapath, words: number, count: Register): Id {
  const bits = Math.min(addressBits(words), widthOf(count));
  return draft.extend(draft.slice((count.value as Scalar).id, 0, bits), addressBits(words), false);
}

/** The word of the memory for the fields given; what belongs to the weights alone is counted here, once. */
function loadedWord(datapath: Datapath, unit: HeteroUnit, given: readonly Scalar[]): Id {
  const { draft } = datapath;
  const [sign, mask, plane, chunkEnd, sumEnd] = given.map(({ id }) => id) as [Id, Id, Id, Id, Id];
  const counted = unit.activation.bipolar ? mask : draft.binary('and', draft.not(sign), mask);
  const count = popcount(datapath, counted) as Scalar;
  hintValue(draft, count, 'loaded_count');
  return joinFields(datapath, unit, {
    sign,
    mask,
    count: fieldOf(datapath, unit, count),
    plane,
    chunkEnd,
    sumEnd,
  });
}

function fieldOf({ draft }: Datapath, { lanes }: HeteroUnit, count: Scalar): Id {
  const width = clog2(lanes + 1);
  const own = draft.widthOf(count.id);
  return own < width ? draft.extend(count.id, width, false) : draft.slice(count.id, 0, width);
}
