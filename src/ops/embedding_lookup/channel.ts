import { clog2 } from '../../base/index.js';
import type { Draft, Id, Module } from '../../ir/index.js';
import { draft as startDraft } from '../../ir/index.js';
import { gather } from './gather.js';
import { issue } from './issue.js';
import { receive } from './receive.js';
import { beatsOf, channelReads, indexWidth, strideBytes, type LookupShape } from './shape.js';
import { named } from './words.js';

/** One read of an item as its channel does it. */
export interface ChannelRead {
  readonly base: number;
  /** Bits of the row's number. */
  readonly indexBits: number;
  readonly rowBits: number;
  readonly strideBytes: number;
  readonly beats: number;
  /** The number of its first beat among those of an item. */
  readonly first: number;
}

export interface ChannelShape {
  readonly reads: readonly ChannelRead[];
  readonly dataBits: number;
  readonly addressBits: number;
  readonly slotBits: number;
  readonly outstanding: number;
}

/** The channel of that number. */
export function channelShape(shape: LookupShape, channel: number): ChannelShape {
  const { element, dataBits, addressBits, depth } = shape;
  let beats = 0;
  const reads = channelReads(shape, channel).map(([, { base, rows, columns }]) => {
    const own = beatsOf(columns, element.width, dataBits);
    beats += own;
    return {
      base,
      indexBits: indexWidth(rows),
      rowBits: columns * element.width,
      strideBytes: strideBytes(columns, element.width),
      beats: own,
      first: beats - own,
    };
  });
  return { reads, dataBits, addressBits, slotBits: clog2(depth), outstanding: shape.outstanding };
}

/** Bits of the number of a read among those of an item. */
export function readBits({ reads }: ChannelShape): number {
  return indexWidth(reads.length);
}

/** Bits of the identifiers of a channel's reads: which item, and which of its reads. */
export function idBits(shape: ChannelShape): number {
  return shape.slotBits + readBits(shape);
}

export function itemBeats({ reads }: ChannelShape): number {
  return reads.reduce((sum, { beats }) => sum + beats, 0);
}

/** The ports of a channel's module in their order; `r` and `ar` of the bus, the rest of the engine. */
export function channelPorts(shape: ChannelShape) {
  const indexBits = shape.reads.reduce((sum, read) => sum + read.indexBits, 0);
  const rowBits = shape.reads.reduce((sum, read) => sum + read.rowBits, 0);
  return {
    inputs: [
      ['put', 1],
      ['put_slot', shape.slotBits],
      ['rows', indexBits],
      ['slot', shape.slotBits],
      ['take', 1],
      ['ar_ready', 1],
      ['r_data', shape.dataBits],
      ['r_id', idBits(shape)],
      ['r_resp', 2],
      ['r_last', 1],
      ['r_valid', 1],
    ],
    outputs: [
      ['ar_addr', shape.addressBits],
      ['ar_id', idBits(shape)],
      ['ar_len', 8],
      ['ar_valid', 1],
      ['complete', 1],
      ['data', rowBits],
      ['errors', shape.reads.length],
    ],
  } as const;
}

type InputName = ReturnType<typeof channelPorts>['inputs'][number][0];
export type ChannelInputs = Readonly<Record<InputName, Id>>;

/**
 * The reads of one channel as a module. What an item asks for is kept in `requests`; reads go out as long as fewer than
 * `outstanding` are under way, each with an identifier of its own, so that they may come back in any order; every
 * beat has its place in `beats`, so that none is ever refused; and the rows of an item are gathered from there in order.
 */
export function channelModule(shape: ChannelShape): Module {
  const draft = startDraft(channelName(shape));
  const ports = channelPorts(shape);
  const inputs = Object.fromEntries(
    ports.inputs.map(([name, width]) => [name, draft.input(portOf(name, width))]),
  ) as ChannelInputs;
  const requests = requestMemory(draft, shape, inputs);
  const ended = draft.wire(1);
  const request = issue(draft, shape, inputs, requests, ended);
  const received = receive(draft, shape, inputs);
  draft.bind(ended, received.ended);
  const gathered = gather(draft, shape, inputs, requests, received);
  const results = { ...request, ...gathered };
  for (const [name, width] of ports.outputs) draft.output(portOf(name, width), results[name]);
  return draft.finish('Reads the rows of items from one memory channel, with several reads under way.');
}

/** The rows that each item under way asks for, by its slot. */
export interface Requests {
  /** The numbers of the rows that the item in a slot asks for, one for each read. */
  rowsOf(slot: Id): readonly Id[];
}

function requestMemory(draft: Draft, { reads, slotBits }: ChannelShape, inputs: ChannelInputs): Requests {
  const width = draft.widthOf(inputs.rows);
  const depth = 2 ** slotBits;
  const memory = draft.memory({ name: 'requests', width, depth, synchronous: false, contents: [] });
  draft.write(memory, inputs.put_slot, inputs.rows, inputs.put);
  return {
    rowsOf(slot) {
      const word = named(draft, 'request', draft.read(memory, slot));
      let low = 0;
      return reads.map(({ indexBits }) => {
        low += indexBits;
        return draft.slice(word, low - indexBits, indexBits);
      });
    },
  };
}

/** Tells all that makes the module what it is. */
function channelName({ reads, dataBits, addressBits, slotBits, outstanding }: ChannelShape): string {
  const each = reads.map(
    ({ base, indexBits, rowBits }) => `${rowBits}x${indexBits}${base > 0 ? `at${base.toString(16)}` : ''}`,
  );
  return `lookup_channel_w${dataBits}_a${addressBits}_s${slotBits}_o${outstanding}_${each.join('_')}`;
}

function portOf(name: string, width: number) {
  return { name, width, lanes: 1, signed: false, format: width === 1 ? 'bool' : `bits(${width})` };
}
