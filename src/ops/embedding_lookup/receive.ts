import type { Draft, Id } from '../../ir/index.js';
import { indexWidth } from './shape.js';
import { itemBeats, readBits, type ChannelInputs, type ChannelShape } from './channel.js';
import { allOf, anyOf, connectState, equals, named, pick } from './words.js';

export interface Received {
  /** Whether the last beat of a read comes in. */
  readonly ended: Id;
  /** Whether all reads of the item in the slot that is gathered are there. */
  readonly present: Id;
  /** Which reads of that item went wrong. */
  readonly errors: Id;
  /** The beat of that number of the item in the slot that is gathered, in the next cycle. */
  beat(number: Id): Id;
}

/** Puts every beat in its place, and notes which reads are there and which went wrong. */
export function receive(draft: Draft, shape: ChannelShape, inputs: ChannelInputs): Received {
  const { reads, slotBits, dataBits } = shape;
  const bits = readBits(shape);
  const slot = draft.slice(inputs.r_id, bits, slotBits);
  const read = draft.slice(inputs.r_id, 0, bits);
  const places = placesOf(draft, shape, inputs, slot, read);
  const numberBits = indexWidth(itemBeats(shape));
  const firsts = reads.map(({ first }) => draft.constant(BigInt(first), numberBits));
  const count =
    draft.widthOf(places.count) > numberBits ? draft.slice(places.count, 0, numberBits) : places.count;
  const number = draft.binary('add', pick(draft, read, firsts), draft.extend(count, numberBits, false));
  const memory = draft.memory({
    name: 'beats',
    width: dataBits,
    depth: 2 ** (slotBits + numberBits),
    synchronous: true,
    contents: [],
  });
  draft.write(memory, draft.concat([number, slot]), inputs.r_data, inputs.r_valid);
  return {
    ...places,
    beat: (which) => draft.read(memory, draft.concat([which, inputs.slot])),
  };
}

/** Of each read of each slot: beats so far, whether it is there, and whether it went wrong. */
function placesOf(draft: Draft, shape: ChannelShape, inputs: ChannelInputs, slot: Id, read: Id) {
  const { reads, slotBits } = shape;
  const countBits = indexWidth(Math.max(...reads.map(({ beats }) => beats)));
  const counts: Id[][] = [];
  const done: Id[][] = [];
  const failed: Id[][] = [];
  for (let s = 0; s < 2 ** slotBits; s++) {
    counts.push(reads.map((_, k) => draft.reg(countBits, `count_${s}_${k}`)));
    done.push(reads.map((_, k) => draft.reg(1, `done_${s}_${k}`)));
    failed.push(reads.map((_, k) => draft.reg(1, `failed_${s}_${k}`)));
  }
  const ofRead = (words: readonly Id[][]): Id =>
    pick(
      draft,
      read,
      reads.map((_, k) =>
        pick(
          draft,
          slot,
          words.map((each) => each[k]!),
        ),
      ),
    );
  const count = named(draft, 'beat_count', ofRead(counts));
  const lasts = reads.map(({ beats }) => draft.constant(BigInt(beats - 1), countBits));
  const isLast = named(draft, 'is_last_beat', draft.compare('eq', count, pick(draft, read, lasts), false));
  const ended = named(draft, 'read_ends', draft.binary('and', inputs.r_valid, isLast));
  const wrong = draft.binary('or', anyOf(draft, [inputs.r_resp]), draft.binary('xor', inputs.r_last, isLast));
  const next = draft.mux(
    isLast,
    draft.constant(0n, countBits),
    draft.binary('add', count, draft.constant(1n, countBits)),
  );
  draft.hint(next, 'next_count');
  counts.forEach((row, s) =>
    row.forEach((register, k) => {
      const own = draft.binary('and', equals(draft, slot, s), equals(draft, read, k));
      const comes = draft.binary('and', inputs.r_valid, own);
      const cleared = draft.binary('and', inputs.take, equals(draft, inputs.slot, s));
      connectState(draft, register, next, comes);
      const ends = draft.binary('and', ended, own);
      const kept = draft.binary('and', done[s]![k]!, draft.not(cleared));
      connectState(draft, done[s]![k]!, draft.binary('or', ends, kept));
      const bad = draft.binary('and', failed[s]![k]!, draft.not(cleared));
      connectState(draft, failed[s]![k]!, draft.binary('or', bad, draft.binary('and', comes, wrong)));
    }),
  );
  const present = pick(
    draft,
    inputs.slot,
    done.map((bits) => allOf(draft, bits)),
  );
  const errors = pick(
    draft,
    inputs.slot,
    failed.map((bits) => draft.concat(bits)),
  );
  return { count, ended, present: named(draft, 'present', present), errors: named(draft, 'errors', errors) };
}
