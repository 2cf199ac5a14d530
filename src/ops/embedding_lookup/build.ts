import { clog2 } from '../../base/index.js';
import type { Datapath } from '../../builder/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { channelModule, channelPorts, channelShape, type ChannelShape } from './channel.js';
import { chipTables } from './chip.js';
import { checkedIndex, storedIndex } from './indices.js';
import { channelReads, type LookupShape } from './shape.js';
import { allOf, anyOf, connectState, counted, cut, named } from './words.js';

/** What comes in: the indices of an item, and what each channel's memory says. */
export interface LookupInputs {
  readonly indices: readonly Id[];
  readonly valid: Id;
  readonly taken: Id;
  readonly channels: readonly {
    readonly arReady: Id;
    readonly data: Id;
    readonly id: Id;
    readonly response: Id;
    readonly last: Id;
    readonly valid: Id;
  }[];
}

export interface LookupOutputs {
  readonly ready: Id;
  readonly valid: Id;
  /** The elements of the feature vector. */
  readonly row: readonly Id[];
  /** A bit for each index of the item. */
  readonly faults: Id;
  readonly channels: readonly {
    readonly address: Id;
    readonly id: Id;
    readonly length: Id;
    readonly valid: Id;
  }[];
}

/**
 * The engine. An item is taken in while fewer than `depth` are under way, and has a slot in every memory; so nothing behind
 * ever has to wait but for the buses and whoever takes the rows. Two stages check its indices and find the rows of stored
 * tables; then the channels work each for itself, and an item is handed out when all of them have its rows.
 */
export function buildLookup(datapath: Datapath, shape: LookupShape, inputs: LookupInputs): LookupOutputs {
  const { draft } = datapath;
  const slotBits = clog2(shape.depth);
  const under = draft.reg(slotBits + 1, 'items_under_way');
  const ready = draft.not(draft.slice(under, slotBits, 1));
  const accept = named(draft, 'accept', draft.binary('and', inputs.valid, ready));
  // The row went out in the cycle before.
  const take = draft.reg(1, 'taken');
  connectState(draft, under, counted(draft, under, accept, take));

  const asked = askedRows(draft, shape, inputs.indices, accept);
  const putSlot = slotCounter(draft, 'put_slot', slotBits, asked.valid);
  const slot = slotCounter(draft, 'slot', slotBits, take);
  const channels = inputs.channels.map((bus, channel) => {
    const own = channelShape(shape, channel);
    const reads = channelReads(shape, channel).map(([k]) => k);
    const rows = draft.concat(reads.map((k) => asked.rows.get(k)!));
    const given = [asked.valid, putSlot, rows, slot, take, bus.arReady, bus.data, bus.id, bus.response];
    return { reads, ...channelInstance(datapath, own, channel, [...given, bus.last, bus.valid]) };
  });
  const stored = draft.reg(slotBits + 1, 'items_stored');
  connectState(draft, stored, counted(draft, stored, asked.valid, take));
  const at = { put: asked.valid, putSlot, slot, waiting: anyOf(draft, [stored]), take };
  const chip = chipTables(draft, shape, asked.rows, at);
  const outside = slotMemory(draft, 'outside', shape.depth, asked.outside, at);

  const complete = [chip.complete, ...channels.map((channel) => channel.complete)];
  const valid = allOf(draft, [draft.not(take), ...complete]);
  connectState(draft, take, draft.binary('and', valid, inputs.taken));
  const words = new Map(chip.rows);
  const errors = new Map<number, Id>();
  for (const { reads, data, errors: failed } of channels) {
    const widths = reads.map((k) => shape.reads[k]!.columns * shape.element.width);
    cut(draft, data, widths).forEach((word, k) => words.set(reads[k]!, word));
    reads.forEach((read, k) => errors.set(read, draft.slice(failed, k, 1)));
  }
  return { ready, valid, ...features(draft, shape, words, errors, outside), channels };
}

/** The rows of stored tables that an item asks for, two cycles after it was taken in. */
function askedRows(draft: Draft, shape: LookupShape, given: readonly Id[], accept: Id) {
  const held = (name: string, word: Id, enable: Id): Id => {
    const register = draft.reg(draft.widthOf(word), name);
    draft.connect(register, word, { enable });
    return register;
  };
  const checkedNow = draft.reg(1, 'checked');
  connectState(draft, checkedNow, accept);
  const valid = draft.reg(1, 'put');
  connectState(draft, valid, checkedNow);
  const checked = given.map((index, slot) => checkedIndex(draft, shape, slot, index));
  const indices = checked.map(({ index }, slot) => held(`index_${slot}`, index, accept));
  const flags = held('outside_1', draft.concat(checked.map(({ outside }) => outside)), accept);
  const rows = shape.reads.map((read, k): [number, Id] => [
    k,
    held(`row_${k}`, storedIndex(draft, shape, read, indices), checkedNow),
  ]);
  return { valid, rows: new Map(rows), outside: held('outside_2', flags, checkedNow) };
}

/** The slots in turn. */
function slotCounter(draft: Draft, name: string, bits: number, moves: Id): Id {
  const slot = draft.reg(bits, name);
  connectState(draft, slot, draft.binary('add', slot, draft.constant(1n, bits)), moves);
  return slot;
}

/** A word for each item under way: that of the item in the slot that is gathered. */
function slotMemory(
  draft: Draft,
  name: string,
  depth: number,
  data: Id,
  at: { readonly put: Id; readonly putSlot: Id; readonly slot: Id },
): Id {
  const memory = draft.memory({ name, width: draft.widthOf(data), depth, synchronous: false, contents: [] });
  draft.write(memory, at.putSlot, data, at.put);
  return draft.read(memory, at.slot);
}

function channelInstance(datapath: Datapath, shape: ChannelShape, channel: number, given: readonly Id[]) {
  const { draft } = datapath;
  const made = channelModule(shape);
  const known = datapath.modules.get(made.name) ?? made;
  datapath.modules.set(made.name, known);
  const rest = [...given];
  const words = known.inputs.map(({ name }) => (name === 'rst_n' ? draft.reset() : rest.shift()!));
  const outputs = draft.instance(known, words, `channel_${channel}`);
  const of = (name: ReturnType<typeof channelPorts>['outputs'][number][0]): Id =>
    outputs[known.outputs.findIndex((port) => port.name === name)]!;
  return {
    address: of('ar_addr'),
    id: of('ar_id'),
    length: of('ar_len'),
    valid: of('ar_valid'),
    complete: of('complete'),
    data: of('data'),
    errors: of('errors'),
  };
}

/** The feature vector, with zeros for what could not be read, and which indices that concerns. */
function features(
  draft: Draft,
  shape: LookupShape,
  words: ReadonlyMap<number, Id>,
  errors: ReadonlyMap<number, Id>,
  outside: Id,
) {
  const { element, slots, reads } = shape;
  const row = new Array<Id>(shape.features);
  const failed: Id[][] = slots.map(() => []);
  reads.forEach(({ parts }, k) => {
    let column = 0;
    for (const { slot, first, columns } of parts) {
      const error = errors.get(k);
      if (error !== undefined) failed[slot]!.push(error);
      const beyond = shape.outside === 'zero' ? [draft.slice(outside, slot, 1)] : [];
      const blank = [...(error === undefined ? [] : [error]), ...beyond];
      const keep = blank.length > 0 ? draft.not(anyOf(draft, blank)) : undefined;
      for (let k2 = 0; k2 < columns; k2++, column++) {
        const word = draft.slice(words.get(k)!, column * element.width, element.width);
        row[slots[slot]!.first + first + k2] =
          keep === undefined ? word : draft.binary('and', word, draft.extend(keep, element.width, true));
      }
    }
  });
  const faults = failed.map((bits, slot) => anyOf(draft, [draft.slice(outside, slot, 1), ...bits]));
  return { row, faults: draft.concat(faults) };
}
