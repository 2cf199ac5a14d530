import { bitLength, clog2 } from '../../base/index.js';
import type { Draft, Id } from '../../ir/index.js';
import {
  itemBeats,
  type ChannelInputs,
  type ChannelRead,
  type ChannelShape,
  type Requests,
} from './channel.js';
import type { Received } from './receive.js';
import { indexWidth } from './shape.js';
import { connectState, equals, named } from './words.js';

/** Brings the rows of the item whose turn it is into registers, a beat a cycle, once all of them are there. */
export function gather(
  draft: Draft,
  shape: ChannelShape,
  inputs: ChannelInputs,
  requests: Requests,
  received: Received,
) {
  const beats = itemBeats(shape);
  const stepBits = bitLength(BigInt(beats));
  const step = draft.reg(stepBits, 'gather_step');
  const zero = draft.constant(0n, stepBits);
  const more = draft.not(equals(draft, step, beats));
  const asks = named(draft, 'gather', draft.binary('and', received.present, more));
  const next = draft.mux(asks, draft.binary('add', step, draft.constant(1n, stepBits)), step);
  connectState(draft, step, draft.mux(inputs.take, zero, next));
  const comes = draft.reg(1, 'beat_comes');
  connectState(draft, comes, asks);
  const number = draft.reg(stepBits, 'beat_number');
  draft.connect(number, step, { enable: asks });
  const complete = draft.reg(1, 'complete');
  const ends = draft.binary('and', comes, equals(draft, number, beats - 1));
  connectState(
    draft,
    complete,
    draft.binary('and', draft.not(inputs.take), draft.binary('or', complete, ends)),
  );

  const data = named(draft, 'beat', received.beat(draft.slice(step, 0, indexWidth(beats))));
  const rows = requests.rowsOf(inputs.slot);
  const words = shape.reads.map((read, k) => {
    const shifted = shiftedRow(draft, shape, read, rows[k]!, data);
    return rowRegisters(draft, shape, read, k, (beat, width) => ({
      data: draft.slice(shifted, 0, width),
      enable: draft.binary('and', comes, equals(draft, number, read.first + beat)),
    }));
  });
  return { complete, data: draft.concat(words.flat()), errors: received.errors };
}

/** The registers of a row, one for each beat. */
function rowRegisters(
  draft: Draft,
  { dataBits }: ChannelShape,
  { rowBits, beats }: ChannelRead,
  index: number,
  source: (beat: number, width: number) => { readonly data: Id; readonly enable: Id },
): readonly Id[] {
  return Array.from({ length: beats }, (_, beat) => {
    const width = Math.min(dataBits, rowBits - beat * dataBits);
    const register = draft.reg(width, `row_${index}_${beat}`);
    const { data, enable } = source(beat, width);
    draft.connect(register, data, { enable });
    return register;
  });
}

/** Of rows of which several lie in a beat, the one that is asked for in the low bits. */
function shiftedRow(draft: Draft, { dataBits }: ChannelShape, read: ChannelRead, row: Id, data: Id): Id {
  const stride = clog2(8 * read.strideBytes);
  const places = clog2(dataBits) - stride;
  if (places <= 0) return data;
  const own = Math.min(places, read.indexBits);
  const by = draft.concat([draft.constant(0n, stride), draft.slice(row, 0, own)]);
  return draft.shift('right', data, by, false);
}
