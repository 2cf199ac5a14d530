import {
  draft as startDraft,
  resetName,
  topOf,
  type Design,
  type Draft,
  type Id,
  type Module,
  type Port,
  type StreamPorts,
} from '../ir/index.js';

/**
 * A circuit around a design with streams that talks to it by the rules of valid and ready and stalls at random on
 * both sides, so that any words at its own inputs are a fair trial. It is a design as any other: all engines run it.
 *
 * Its inputs are those of the design but for `valid` and `ready`, and `NAME_dice` for each stream and `pace`, which
 * say when it stalls. Its outputs are the fields of all streams, `NAME_moves` for each (a word is handed over in this
 * cycle) and `NAME_broken` for each stream out (a word that waited was changed or withdrawn).
 */
export function harness(design: Design): Design {
  const unit = topOf(design);
  const streams = unit.streams ?? [];
  const draft = startDraft(`${unit.name}_harness`);
  const pace = paceOf(draft);
  const sources = new Map<string, Id>();
  for (const stream of streams) {
    const able = stalls(draft, stream, pace);
    if (stream.direction === 'out') sources.set(stream.ready, able);
    else source(draft, unit, stream, able, sources);
  }
  const handled = new Set(streams.flatMap(({ valid, ready, fields }) => [valid, ready, ...fields]));
  const inputs = unit.inputs.map((port) => {
    if (port.name === resetName) return draft.reset();
    return sources.get(port.name) ?? draft.input(port);
  });
  const results = draft.instance(unit, inputs, 'unit');
  const resultOf = (name: string): Id => results[unit.outputs.findIndex((port) => port.name === name)]!;
  for (const stream of streams) observe(draft, unit, stream, sources, resultOf);
  unit.outputs.forEach(({ name, width, lanes, signed, format }, k) => {
    if (!handled.has(name)) draft.output({ name, width, lanes, signed, format }, results[k]!);
  });
  const top = draft.finish(`Runs ${unit.name} with stalls.`);
  return { top: top.name, modules: [...design.modules, top] };
}

/** Four bits that say how both sides stall, kept for a while: changed in one of 32 cycles. */
function paceOf(draft: Draft): Id {
  const wish = draft.input(port('pace', 9));
  const pace = draft.reg(4, 'pace');
  const change = draft.not(draft.reduce('or', draft.slice(wish, 0, 5)));
  const reset = { by: draft.reset(), to: 0n };
  draft.connect(pace, draft.slice(wish, 5, 4), { enable: change, reset });
  return pace;
}

/**
 * Whether this side of a stream is willing: always, in every second cycle or one of eight at random, or for some 64 cycles
 * and then not for as many, which fills every queue.
 */
function stalls(draft: Draft, { name, direction }: StreamPorts, pace: Id): Id {
  const dice = draft.input(port(`${name}_dice`, 6));
  const bit = (word: Id, low: number): Id => draft.slice(word, low, 1);
  const side = direction === 'in' ? 0 : 2;
  const burst = draft.reg(1, `${name}_burst`);
  const turn = draft.reduce('and', draft.slice(dice, 0, 3));
  const rarely = draft.reduce('and', dice);
  draft.connect(burst, draft.not(burst), { enable: rarely, reset: { by: draft.reset(), to: 0n } });
  const often = draft.mux(bit(pace, side), bit(dice, 0), draft.constant(1n, 1));
  const seldom = draft.mux(bit(pace, side), burst, turn);
  return draft.mux(bit(pace, side + 1), seldom, often);
}

/** Holds a word out to the design until it is taken. */
function source(draft: Draft, unit: Module, stream: StreamPorts, offer: Id, sources: Map<string, Id>): void {
  const valid = draft.reg(1, `${stream.name}_held`);
  sources.set(stream.valid, valid);
  const ready = draft.wire(1);
  sources.set(`${stream.name} ready`, ready);
  const free = draft.binary('or', draft.not(valid), ready);
  draft.connect(valid, offer, { enable: free, reset: { by: draft.reset(), to: 0n } });
  for (const name of stream.fields) {
    const field = unit.inputs.find((one) => one.name === name)!;
    const held = draft.reg(field.width, `${name}_held`);
    draft.connect(held, draft.input(field), { enable: free, reset: { by: draft.reset(), to: 0n } });
    sources.set(name, held);
  }
}

function observe(
  draft: Draft,
  unit: Module,
  stream: StreamPorts,
  sources: ReadonlyMap<string, Id>,
  resultOf: (name: string) => Id,
): void {
  const into = stream.direction === 'in';
  const valid = into ? sources.get(stream.valid)! : resultOf(stream.valid);
  const ready = into ? resultOf(stream.ready) : sources.get(stream.ready)!;
  if (into) draft.bind(sources.get(`${stream.name} ready`)!, ready);
  const words = stream.fields.map((name) => (into ? sources.get(name)! : resultOf(name)));
  const ends = into ? unit.inputs : unit.outputs;
  stream.fields.forEach((name, k) => {
    const { width, lanes, signed, format } = ends.find((one) => one.name === name)!;
    draft.output({ name: into ? `${name}_seen` : name, width, lanes, signed, format }, words[k]!);
  });
  draft.output(port(`${stream.name}_moves`, 1), draft.binary('and', valid, ready));
  if (!into) draft.output(port(`${stream.name}_broken`, 1), broken(draft, valid, ready, draft.concat(words)));
}

/** Whether a word that waited in the cycle before is gone or another one. */
function broken(draft: Draft, valid: Id, ready: Id, word: Id): Id {
  const reset = { by: draft.reset(), to: 0n };
  const waited = draft.reg(1, 'waited');
  const before = draft.reg(draft.widthOf(word), 'before');
  draft.connect(waited, draft.binary('and', valid, draft.not(ready)), { reset });
  draft.connect(before, word, { reset });
  const changed = draft.not(draft.compare('eq', before, word, false));
  return draft.binary('and', waited, draft.binary('or', draft.not(valid), changed));
}

function port(name: string, width: number): Port {
  return { name, width, lanes: 1, signed: false, format: width === 1 ? 'bool' : `bits(${width})` };
}
