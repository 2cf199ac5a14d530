import { scalar, vec, vectorOf, type Datapath, type Value } from '../../builder/index.js';
import { bits, bool, int, uint } from '../../format/index.js';
import type { Id, StreamPorts } from '../../ir/index.js';
import type { Operator, OperatorPort, OperatorPorts } from '../operator.js';
import { buildLookup, type LookupInputs } from './build.js';
import { channelShape, idBits } from './channel.js';
import { lookUp, trialMemory } from './reference.js';
import { rules } from './rules.js';
import { lookupShape, type LookupShape } from './shape.js';
import { samples } from './samples.js';

export { lookUp, trialFactors, trialMemory, type LookedUp, type LookupMemory } from './reference.js';
export { mostRowBytes } from './rules.js';
export {
  alignmentBytes,
  beatsOf,
  listOfReads,
  lookupShape,
  strideBytes,
  type LookupShape,
  type Part,
  type Read,
  type Slot,
} from './shape.js';

const most = Number.MAX_SAFE_INTEGER;

/** Rows of many embedding tables in memory channels, gathered into one vector for each item. */
export const embeddingLookup: Operator = {
  name: 'embedding_lookup',
  about:
    'Reads the rows that an item’s indices choose, from tables in memory channels (AXI4 reads) and on the chip, and gathers them into one vector.',
  parameters: [
    {
      kind: 'list',
      name: 'rows',
      about: 'rows of the table of each index',
      least: 1,
      most: 2 ** 36,
      shortest: 1,
      longest: 2048,
      default: [256],
    },
    {
      kind: 'list',
      name: 'columns',
      about: 'columns of the table of each index',
      least: 1,
      most: 4096,
      shortest: 1,
      longest: 2048,
      default: [4],
    },
    {
      kind: 'list',
      name: 'reads',
      about:
        'of each read of an item its channel (-1: the chip), the address of row 0, the number of parts; and of each part its index, first column and columns',
      least: -1,
      most,
      shortest: 6,
      longest: 65536,
      default: [0, 0, 1, 0, 0, 4],
    },
    {
      kind: 'list',
      name: 'contents',
      about: 'elements of the tables on the chip, row by row',
      least: -most,
      most,
      shortest: 0,
      longest: 2 ** 24,
      default: [],
    },
    { kind: 'format', of: 'fixed', name: 'element', about: 'format of an element', default: int(32) },
    { kind: 'integer', name: 'index_bits', about: 'bits of an index', least: 1, most: 36, default: 32 },
    {
      kind: 'integer',
      name: 'data_bits',
      about: 'bits of a beat of a channel',
      least: 32,
      most: 1024,
      default: 256,
    },
    { kind: 'integer', name: 'address_bits', about: 'bits of an address', least: 12, most: 52, default: 33 },
    {
      kind: 'integer',
      name: 'depth',
      about: 'items under way, a power of two',
      least: 2,
      most: 64,
      default: 8,
    },
    {
      kind: 'integer',
      name: 'outstanding',
      about: 'reads of a channel under way',
      least: 1,
      most: 1024,
      default: 64,
    },
    {
      kind: 'choice',
      name: 'outside',
      about: 'what an index beyond its table stands for: the last row, or zeros',
      options: ['clamp', 'zero'],
      default: 'clamp',
    },
  ],
  infer: () => ({}),
  ports: (p) => lookupPorts(lookupShape(p)),
  rules,
  latency: () => 0,
  reference(p) {
    const shape = lookupShape(p);
    const memory = trialMemory(shape.dataBits);
    return ([indices]) => {
      const { row, faults } = lookUp(shape, memory, indices!);
      return [row, [faults.reduceRight((word, fault) => 2n * word + (fault ? 1n : 0n), 0n)]];
    };
  },
  build: (datapath, p, inputs) => buildUnit(datapath, lookupShape(p), inputs),
  samples,
};

/** The ports of a channel: AXI4 read address and read data, as far as a reader of whole bursts needs them. */
function channelPortsOf(shape: LookupShape, channel: number) {
  const id = bits(idBits(channelShape(shape, channel)));
  const name = `m${channel}`;
  const inputs: OperatorPort[] = [
    { name: `${name}_ar_ready`, type: bool },
    { name: `${name}_r_data`, type: bits(shape.dataBits) },
    { name: `${name}_r_id`, type: id },
    { name: `${name}_r_resp`, type: bits(2) },
    { name: `${name}_r_last`, type: bool },
    { name: `${name}_r_valid`, type: bool },
  ];
  const outputs: OperatorPort[] = [
    { name: `${name}_ar_addr`, type: uint(shape.addressBits) },
    { name: `${name}_ar_id`, type: id },
    { name: `${name}_ar_len`, type: bits(8) },
    { name: `${name}_ar_size`, type: bits(3) },
    { name: `${name}_ar_burst`, type: bits(2) },
    { name: `${name}_ar_valid`, type: bool },
    { name: `${name}_r_ready`, type: bool },
  ];
  const stream = (part: 'ar' | 'r', direction: 'in' | 'out', fields: readonly string[]): StreamPorts => ({
    name: `${name}_${part}`,
    direction,
    fields: fields.map((field) => `${name}_${part}_${field}`),
    valid: `${name}_${part}_valid`,
    ready: `${name}_${part}_ready`,
  });
  const streams = [
    stream('ar', 'out', ['addr', 'id', 'len', 'size', 'burst']),
    stream('r', 'in', ['data', 'id', 'resp', 'last']),
  ];
  return { inputs, outputs, streams };
}

function lookupPorts(shape: LookupShape): OperatorPorts {
  const channels = Array.from({ length: shape.channels }, (_, k) => channelPortsOf(shape, k));
  return {
    inputs: [
      { name: 'ids', type: vec(uint(shape.indexBits), shape.slots.length) },
      { name: 'item_valid', type: bool },
      { name: 'row_ready', type: bool },
      ...channels.flatMap(({ inputs }) => inputs),
    ],
    outputs: [
      { name: 'item_ready', type: bool },
      { name: 'row_valid', type: bool },
      { name: 'features', type: vec(shape.element, shape.features) },
      { name: 'faults', type: bits(shape.slots.length) },
      ...channels.flatMap(({ outputs }) => outputs),
    ],
    streams: [
      { name: 'item', direction: 'in', fields: ['ids'], valid: 'item_valid', ready: 'item_ready' },
      {
        name: 'row',
        direction: 'out',
        fields: ['features', 'faults'],
        valid: 'row_valid',
        ready: 'row_ready',
      },
      ...channels.flatMap(({ streams }) => streams),
    ],
    outer: channels.flatMap(({ streams }) => streams.map(({ name }) => name)),
  };
}

function buildUnit(datapath: Datapath, shape: LookupShape, inputs: readonly Value[]): Value[] {
  const { draft } = datapath;
  const [indices, valid, taken, ...buses] = inputs.map(wordsOf);
  const channels = Array.from({ length: shape.channels }, (_, k): LookupInputs['channels'][number] => {
    const [arReady, data, id, response, last, comes] = buses
      .slice(6 * k, 6 * k + 6)
      .map((words) => words[0]!) as [Id, Id, Id, Id, Id, Id];
    return { arReady, data, id, response, last, valid: comes };
  });
  const given = { indices: indices!, valid: valid![0]!, taken: taken![0]!, channels };
  const made = buildLookup(datapath, shape, given);
  const size = draft.constant(BigInt(Math.log2(shape.dataBits / 8)), 3);
  return [
    scalar(bool, made.ready),
    scalar(bool, made.valid),
    vectorOf(
      shape.element,
      made.row.map((word) => scalar(shape.element, word)),
    ),
    scalar(bits(shape.slots.length), made.faults),
    ...made.channels.flatMap(({ address, id, length, valid: asks }) => [
      scalar(uint(shape.addressBits), address),
      scalar(bits(draft.widthOf(id)), id),
      scalar(bits(8), length),
      scalar(bits(3), size),
      // INCR
      scalar(bits(2), draft.constant(1n, 2)),
      scalar(bool, asks),
      scalar(bool, draft.constant(1n, 1)),
    ]),
  ];
}

function wordsOf(value: Value): Id[] {
  if (value.kind === 'poison') throw new Error('inputs are words');
  return value.kind === 'scalar' ? [value.id] : value.elements.flatMap(wordsOf);
}
