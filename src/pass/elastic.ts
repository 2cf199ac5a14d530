import { clog2 } from '../base/index.js';
import { fifo } from '../builder/index.js';
import {
  draft as startDraft,
  flatten,
  isSequential,
  resetName,
  topOf,
  type Design,
  type Draft,
  type Id,
  type Module,
  type Node,
  type Port,
} from '../ir/index.js';
import { optimise } from './passes.js';

/** Words that a datapath takes in or gives out by valid and ready: its ports that carry them. */
export interface ElasticStream {
  readonly name: string;
  readonly fields: readonly string[];
}

export interface Elastic {
  readonly name: string;
  readonly about: string;
  readonly ins: readonly ElasticStream[];
  readonly outs: readonly ElasticStream[];
}

/** The bool input that the datapath gets: true in the cycles in which it works on a word. */
const goName = 'stream_go';

/** The bool output that the datapath gets: `goName` behind its latency. */
const doneName = 'stream_done';

/** The bool output of the datapath, if it has it, that says whether a word of the stream `name` comes out. */
export function whenName(name: string): string {
  return `stream_${name}_when`;
}

/**
 * A design with streams around a datapath that knows nothing of stalls: what it does in a cycle, it now does once for
 * each word. Words are taken in together, one of each
 * stream, in cycles in which there is room for all that may come of them; what comes out waits in queues of as many
 * places as words can be under way, so that the datapath itself never stalls and every `ready` comes from registers.
 * One word a cycle where nobody stalls. A reset drops all words inside.
 *
 * @param core the datapath as written, without synchronous memories; it is simplified and pipelined as it asks for
 */
export function elastic(core: Design, shape: Elastic): Design {
  const inner = optimise(paced(core));
  const unit = topOf(inner);
  const { latency } = unit;
  const draft = startDraft(shape.name);
  const words = inputWords(draft, unit);
  const validIn = shape.ins.map(({ name }) => draft.input(boolPort(`${name}_valid`)));
  const taken = shape.outs.map(({ name }) => draft.input(boolPort(`${name}_ready`)));
  const alive = awake(draft, latency);
  const room = shape.outs.map(() => draft.wire(1));
  const open = all(draft, [...alive, ...room]);
  draft.label(open, 'open');
  const go = all(draft, [open, ...validIn]);
  draft.label(go, 'go');
  const inputs = unit.inputs.map(({ name }) => {
    if (name === resetName) return draft.reset();
    return name === goName ? go : words.get(name)!;
  });
  const results = draft.instance(unit, inputs, 'datapath');
  const resultOf = (name: string): Id => results[unit.outputs.findIndex((port) => port.name === name)]!;
  const done = all(draft, [...alive, resultOf(doneName)]);
  shape.ins.forEach((stream, k) => {
    const others = validIn.filter((_, i) => i !== k);
    draft.output(boolPort(`${stream.name}_ready`), all(draft, [open, ...others]));
    draft.stream(ports(stream, 'in'));
  });
  shape.outs.forEach((stream, k) => {
    const fields = stream.fields.map((name) => unit.outputs.find((port) => port.name === name)!);
    const when = unit.outputs.some(({ name }) => name === whenName(stream.name));
    const push = all(draft, [done, ...(when ? [resultOf(whenName(stream.name))] : [])]);
    draft.label(push, `${stream.name}_push`);
    const data = draft.concat(fields.map(({ name }) => resultOf(name)));
    const valid = draft.wire(1);
    const pop = all(draft, [valid, taken[k]!]);
    draft.label(pop, `${stream.name}_pop`);
    const queue = fifo(draft, `${stream.name}_queue`, latency + 2, push, data, pop);
    draft.bind(valid, queue.valid);
    const skipped = all(draft, [done, draft.not(push)]);
    draft.bind(room[k]!, credit(draft, stream, latency + 2, go, pop, skipped));
    outputFields(draft, fields, queue.data);
    draft.output(boolPort(`${stream.name}_valid`), queue.valid);
    draft.stream(ports(stream, 'out'));
  });
  const top = draft.finish(shape.about);
  return { top: top.name, modules: [...inner.modules, top], core, ...(core.uses && { uses: core.uses }) };
}

/** The datapath with its registers and memories at rest in cycles without a word. */
function paced(core: Design): Design {
  const inside = core.modules.slice(0, -1).some(({ nodes }) => nodes.some(isSequential));
  // A register inside an instance has no way to hear of it; without registers, the hierarchy stays.
  const unit = inside ? flatten(core) : topOf(core);
  const nodes: Node[] = [...unit.nodes, { kind: 'input', width: 1, name: goName }];
  const go = unit.nodes.length;
  const both = (enable: Id): Id => nodes.push({ kind: 'binary', op: 'and', width: 1, a: enable, b: go }) - 1;
  unit.nodes.forEach((node, id) => {
    if (node.kind === 'read' && unit.memories[node.memory]!.synchronous)
      throw new Error(`${unit.name}: a synchronous memory does not stand still`);
    if (node.kind === 'reg')
      nodes[id] = { ...node, enable: node.enable === undefined ? go : both(node.enable) };
    if (node.kind === 'write') nodes[id] = { ...node, enable: both(node.enable) };
  });
  const made: Module = {
    ...unit,
    name: `${unit.name}_datapath`,
    nodes,
    inputs: [...unit.inputs, boolPort(goName)],
    outputs: [...unit.outputs, { ...boolPort(doneName), value: go }],
  };
  const children = inside ? [] : core.modules.slice(0, -1);
  return { ...core, top: made.name, modules: [...children, made] };
}

/** The datapath's inputs that come from outside. */
function inputWords(draft: Draft, unit: Module): Map<string, Id> {
  const outside = unit.inputs.filter(({ name }) => name !== resetName && name !== goName);
  return new Map(outside.map((port) => [port.name, draft.input(port)]));
}

/** Bools that are all true once a reset has gone through all stages of the datapath, and what was in them is gone. */
function awake(draft: Draft, latency: number): Id[] {
  let alive: Id | undefined;
  for (let stage = 0; stage < latency; stage++) {
    const next = draft.reg(1, `awake_${stage}`);
    draft.connect(next, alive ?? draft.constant(1n, 1), { reset: { by: draft.reset(), to: 0n } });
    alive = next;
  }
  return alive === undefined ? [] : [alive];
}

/** Whether a queue has a place for one more word, counting those that are still on their way to it. */
function credit(draft: Draft, { name }: ElasticStream, depth: number, go: Id, pop: Id, skipped: Id): Id {
  const width = clog2(depth + 1);
  const left = draft.reg(width, `${name}_credit`);
  const one = (bool: Id): Id => draft.extend(bool, width, false);
  const back = draft.binary('add', draft.binary('add', left, one(pop)), one(skipped));
  const next = draft.binary('sub', back, one(go));
  draft.label(skipped, `${name}_skipped`);
  draft.connect(left, next, { reset: { by: draft.reset(), to: BigInt(depth) } });
  const some = draft.reduce('or', left);
  draft.label(some, `${name}_room`);
  return some;
}

function outputFields(draft: Draft, fields: readonly Port[], word: Id): void {
  let low = 0;
  for (const { name, width, lanes, signed, format } of fields) {
    draft.output({ name, width, lanes, signed, format }, draft.slice(word, low, width));
    low += width;
  }
}

function ports({ name, fields }: ElasticStream, direction: 'in' | 'out') {
  return { name, direction, fields, valid: `${name}_valid`, ready: `${name}_ready` } as const;
}

function boolPort(name: string): Port {
  return { name, width: 1, lanes: 1, signed: false, format: 'bool' };
}

function all(draft: Draft, bools: readonly Id[]): Id {
  if (bools.length === 0) return draft.constant(1n, 1);
  return bools.reduce((a, b) => draft.binary('and', a, b));
}
