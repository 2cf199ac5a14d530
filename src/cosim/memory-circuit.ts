import {
  draft as startDraft,
  resetName,
  topOf,
  type Design,
  type Draft,
  type Id,
  type Module,
  type StreamPorts,
} from '../ir/index.js';
import { trialFactors } from '../ops/index.js';

/** A channel of a memory that a design reads: its stream of addresses, and the stream of beats that come back. */
export interface MemoryStreams {
  /** What the names of its ports begin with. */
  readonly name: string;
  readonly addresses: StreamPorts;
  readonly beats: StreamPorts;
}

/** The channels of memories that a module reads by AXI4: streams `X_ar` out and `X_r` in. */
export function memoryStreams({ streams = [] }: Module): readonly MemoryStreams[] {
  return streams.flatMap((addresses) => {
    const name = /^(.*)_ar$/.exec(addresses.name)?.[1];
    const beats = streams.find((one) => one.name === `${name}_r` && one.direction === 'in');
    return name !== undefined && addresses.direction === 'out' && beats ? [{ name, addresses, beats }] : [];
  });
}

/**
 * The design among memories that answer its reads with the words of the trial memory: late, in any order, several reads by
 * turns, and some with an error. A design that reads no memory is left as it is.
 */
export function amongMemories(design: Design): Design {
  const unit = topOf(design);
  const channels = memoryStreams(unit);
  if (channels.length === 0) return design;
  const draft = startDraft(`${unit.name}_among_memories`);
  const inner = new Set(
    channels.flatMap(({ addresses, beats }) =>
      [addresses, beats].flatMap(({ valid, ready, fields }) => [valid, ready, ...fields]),
    ),
  );
  const answers = new Map<string, Id>();
  for (const { name } of unit.inputs)
    if (inner.has(name)) answers.set(name, draft.wire(unit.inputs.find((port) => port.name === name)!.width));
  const inputs = unit.inputs.map((port) =>
    port.name === resetName ? draft.reset() : (answers.get(port.name) ?? draft.input(port)),
  );
  const outputs = draft.instance(unit, inputs, 'unit');
  const output = (name: string): Id => outputs[unit.outputs.findIndex((port) => port.name === name)]!;
  channels.forEach(({ name, addresses, beats }, channel) => {
    const of = (part: string): Id => output(`${name}_${part}`);
    const asked = { valid: of('ar_valid'), address: of('ar_addr'), id: of('ar_id'), length: of('ar_len') };
    const dataBits = draft.widthOf(answers.get(`${name}_r_data`)!);
    const memory = answering(draft, channel, dataBits, asked, output(beats.ready));
    draft.bind(answers.get(addresses.ready)!, memory.ready);
    draft.bind(answers.get(beats.valid)!, memory.valid);
    for (const field of ['data', 'id', 'resp', 'last'] as const)
      draft.bind(answers.get(`${name}_r_${field}`)!, memory[field]);
  });
  unit.outputs.forEach(({ value: _, ...port }, k) => {
    if (!inner.has(port.name)) draft.output(port, outputs[k]!);
  });
  for (const stream of unit.streams ?? []) if (!inner.has(stream.valid)) draft.stream(stream);
  const top = draft.finish(`Runs ${unit.name} on memories whose words follow from their addresses.`);
  return { ...design, top: top.name, modules: [...design.modules, top] };
}

/** Reads that a trial memory has under way. */
const places = 4;

interface Asked {
  readonly valid: Id;
  readonly address: Id;
  readonly id: Id;
  readonly length: Id;
}

/** One channel: takes reads in now and then, and gives a beat of any of them now and then. */
function answering(draft: Draft, channel: number, dataBits: number, asked: Asked, taken: Id) {
  const dice = noise(draft, channel);
  const bit = (k: number): Id => draft.slice(dice, k, 1);
  const entries = Array.from({ length: places }, (_, k) => entryOf(draft, channel, k, asked, dataBits));
  const busy = entries.map((entry) => entry.busy);
  const room = draft.not(draft.reduce('and', draft.concat(busy)));
  const willing = draft.reg(1, `m${channel}_willing`);
  draft.connect(willing, draft.binary('or', bit(0), bit(3)), reset(draft));
  const ready = draft.binary('and', willing, room);
  const comes = draft.binary('and', ready, asked.valid);

  const valid = draft.reg(1, `m${channel}_answer`);
  const free = draft.binary('or', draft.not(valid), taken);
  const turn = draft.slice(dice, 1, 2);
  const chosen = (word: (entry: (typeof entries)[number]) => Id): Id =>
    choose(draft, turn, entries.map(word));
  const gives = draft.binary(
    'and',
    draft.binary('and', free, bit(5)),
    chosen((entry) => entry.busy),
  );
  const isLast = draft.compare(
    'eq',
    chosen((entry) => entry.count),
    chosen((entry) => entry.length),
    false,
  );
  let behindFull: Id | undefined;
  entries.forEach((entry, k) => {
    const first = behindFull === undefined ? comes : draft.binary('and', comes, behindFull);
    const puts = draft.binary('and', first, draft.not(entry.busy));
    behindFull = behindFull === undefined ? entry.busy : draft.binary('and', behindFull, entry.busy);
    const turns = draft.compare('eq', turn, draft.constant(BigInt(k), 2), false);
    entry.connect(puts, draft.binary('and', gives, turns), isLast);
  });
  const held = (name: string, word: Id): Id => {
    const register = draft.reg(draft.widthOf(word), `m${channel}_${name}`);
    draft.connect(register, word, { enable: gives });
    return register;
  };
  draft.connect(valid, draft.binary('or', gives, draft.not(free)), reset(draft));
  const beat = draft.binary(
    'add',
    chosen((entry) => entry.beat),
    draft.extend(
      chosen((entry) => entry.count),
      32,
      false,
    ),
  );
  const fails = draft.reduce(
    'and',
    draft.slice(
      wordAt(
        draft,
        channel,
        chosen((entry) => entry.beat),
        0,
      ),
      20,
      4,
    ),
  );
  const words = Array.from({ length: dataBits / 32 }, (_, k) => wordAt(draft, channel, beat, k));
  return {
    ready,
    valid,
    data: held('data', draft.concat(words)),
    id: held(
      'id',
      chosen((entry) => entry.id),
    ),
    // SLVERR, or OKAY.
    resp: held('resp', draft.concat([draft.constant(0n, 1), fails])),
    last: held('last', isLast),
  };
}

/** A read that waits for its beats. */
function entryOf(draft: Draft, channel: number, k: number, asked: Asked, dataBits: number) {
  const name = (part: string): string => `m${channel}_${part}_${k}`;
  const busy = draft.reg(1, name('busy'));
  const id = draft.reg(draft.widthOf(asked.id), name('id'));
  const beat = draft.reg(32, name('beat'));
  const length = draft.reg(8, name('length'));
  const count = draft.reg(8, name('count'));
  return {
    busy,
    id,
    beat,
    length,
    count,
    connect(puts: Id, gives: Id, isLast: Id): void {
      const ends = draft.binary('and', gives, isLast);
      const kept = draft.binary('and', busy, draft.not(ends));
      draft.connect(busy, draft.binary('or', puts, kept), reset(draft));
      draft.connect(id, asked.id, { enable: puts });
      draft.connect(length, asked.length, { enable: puts });
      draft.connect(beat, beatOf(draft, asked.address, dataBits), { enable: puts });
      const more = draft.binary('add', count, draft.constant(1n, 8));
      const moves = draft.binary('or', puts, gives);
      draft.connect(count, draft.mux(puts, draft.constant(0n, 8), more), { enable: moves });
    },
  };
}

/** The number of the beat at a byte address, modulo 2^32. */
function beatOf(draft: Draft, address: Id, dataBits: number): Id {
  const low = Math.log2(dataBits / 8);
  const width = Math.min(32, draft.widthOf(address) - low);
  return draft.extend(draft.slice(address, low, width), 32, false);
}

function choose(draft: Draft, turn: Id, words: readonly Id[]): Id {
  const [a, b, c, d] = words as [Id, Id, Id, Id];
  const [low, high] = [draft.slice(turn, 0, 1), draft.slice(turn, 1, 1)];
  return draft.mux(high, draft.mux(low, d, c), draft.mux(low, b, a));
}

/** Word k of a beat; see `trialMemory`. */
function wordAt(draft: Draft, channel: number, beat: Id, k: number): Id {
  const scaled = draft.slice(draft.mul(beat, draft.constant(trialFactors.beat, 32), false), 0, 32);
  const rest = BigInt(k + 1) * trialFactors.word + BigInt(channel + 1) * trialFactors.channel;
  const x = draft.binary('add', scaled, draft.constant(rest, 32));
  return draft.binary('xor', x, draft.extend(draft.slice(x, 15, 17), 32, false));
}

/** A linear feedback shift register of 16 bits (x^16 + x^15 + x^13 + x^4 + 1), from a start of its own. */
function noise(draft: Draft, channel: number): Id {
  const state = draft.reg(16, `m${channel}_noise`);
  const taps = [15, 14, 12, 3].map((at) => draft.slice(state, at, 1));
  const fed = draft.reduce('xor', draft.concat(taps));
  const start = BigInt(1 + ((40503 * (channel + 1)) % 65535));
  draft.connect(state, draft.concat([fed, draft.slice(state, 0, 15)]), {
    reset: { by: draft.reset(), to: start },
  });
  return state;
}

function reset(draft: Draft) {
  return { reset: { by: draft.reset(), to: 0n } };
}
