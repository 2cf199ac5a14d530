import { bitLength, clog2 } from '../../base/index.js';
import type { Draft, Id } from '../../ir/index.js';
import {
  readBits,
  type ChannelInputs,
  type ChannelRead,
  type ChannelShape,
  type Requests,
} from './channel.js';
import { anyOf, connectState, counted, equals, named, pick } from './words.js';

/**
 * Sends the reads of items on their way, one after the other, item by item.
 *
 * @param ended whether the last beat of a read comes in
 */
export function issue(
  draft: Draft,
  shape: ChannelShape,
  inputs: ChannelInputs,
  requests: Requests,
  ended: Id,
) {
  const { reads, slotBits } = shape;
  const waiting = draft.reg(slotBits + 1, 'items_waiting');
  const slot = draft.reg(slotBits, 'issue_slot');
  const read = draft.reg(readBits(shape), 'issue_read');
  const valid = draft.reg(1, 'ar_pending');

  const free = draft.binary('or', draft.not(valid), inputs.ar_ready);
  const open = draft.binary('and', free, anyOf(draft, [waiting]));
  const under = draft.wire(1);
  const go = named(draft, 'issue', draft.binary('and', open, under));
  draft.bind(under, roomFor(draft, shape, go, ended));
  const isLast = equals(draft, read, reads.length - 1);
  const itemGoes = draft.binary('and', go, isLast);
  connectState(draft, waiting, counted(draft, waiting, inputs.put, itemGoes));
  connectState(draft, slot, draft.binary('add', slot, draft.constant(1n, slotBits)), itemGoes);
  const next = draft.binary('add', read, draft.constant(1n, readBits(shape)));
  connectState(draft, read, draft.mux(isLast, draft.constant(0n, readBits(shape)), next), go);
  connectState(draft, valid, draft.binary('or', go, draft.not(free)));

  const rows = requests.rowsOf(slot);
  const addresses = reads.map((one, k) => addressOf(draft, shape, one, rows[k]!));
  const lengths = reads.map(({ beats }) => draft.constant(BigInt(beats - 1), 8));
  const held = (name: string, word: Id): Id => {
    const register = draft.reg(draft.widthOf(word), name);
    draft.connect(register, word, { enable: go });
    return register;
  };
  return {
    ar_addr: held('ar_addr', pick(draft, read, addresses)),
    ar_id: held('ar_id', draft.concat([read, slot])),
    ar_len: reads.length === 1 ? lengths[0]! : held('ar_len', pick(draft, read, lengths)),
    ar_valid: valid,
  };
}

/** Whether fewer reads are under way than may be. */
function roomFor(draft: Draft, { outstanding }: ChannelShape, begun: Id, ended: Id): Id {
  const count = draft.reg(bitLength(BigInt(outstanding)), 'reads_under_way');
  connectState(draft, count, counted(draft, count, begun, ended));
  return draft.not(equals(draft, count, outstanding));
}

/** The address of the beat that a row begins in. */
function addressOf(draft: Draft, shape: ChannelShape, read: ChannelRead, row: Id): Id {
  const { addressBits, dataBits } = shape;
  const stride = clog2(read.strideBytes);
  const beat = clog2(dataBits / 8);
  const spare = Math.max(0, beat - stride);
  if (spare >= read.indexBits) return draft.constant(BigInt(read.base), addressBits);
  const beats = draft.slice(row, spare, read.indexBits - spare);
  const low = stride + spare;
  const offset = low === 0 ? beats : draft.concat([draft.constant(0n, low), beats]);
  const width = draft.widthOf(offset);
  const fitted =
    width > addressBits ? draft.slice(offset, 0, addressBits) : draft.extend(offset, addressBits, false);
  if (read.base === 0) return fitted;
  return draft.binary('add', fitted, draft.constant(BigInt(read.base), addressBits));
}
