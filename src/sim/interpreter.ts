import { wrap } from '../base/index.js';
import {
  evaluate,
  flatten,
  isCombinational,
  operands,
  resetName,
  type Design,
  type Id,
  type Module,
  type Node,
} from '../ir/index.js';

/** Words by port name, each of any sign; only the port's low bits count. */
export type Words = Readonly<Record<string, bigint>> | ReadonlyMap<string, bigint>;

/** A design that runs a cycle at a time on bigints: the plain engine that the others are compared with. */
export interface Interpreter {
  /** The flattened design; `words` is indexed by its ids. */
  readonly module: Module;
  /** Every node's word in the last cycle that was run (before its clock edge). */
  readonly words: readonly bigint[];
  /**
   * One clock cycle: the outputs as they stand in that cycle under `inputs`, then the clock edge. Every input
   * port needs a word, but for `rst_n`, which is 1 where it is not given.
   */
  step(inputs: Words): Record<string, bigint>;
  /** Back to power-up: registers, synchronous reads and memories hold what they held before the first cycle. */
  restart(): void;
}

/** Makes a design ready to run, in its power-up state. */
export function interpret(design: Design): Interpreter {
  const module = flatten(design);
  const { nodes } = module;
  const reads = nodes.map(operands);
  const widths = reads.map((ids) => ids.map((id) => nodes[id]!.width));
  const words = nodes.map(() => 0n);
  const state = new Map<Id, bigint>();
  let memories: bigint[][] = [];

  function restart(): void {
    memories = module.memories.map(({ depth, contents }) =>
      Array.from({ length: depth }, (_, address) => contents[address] ?? 0n),
    );
    nodes.forEach((node, id) => {
      if (node.kind === 'reg') state.set(id, node.reset?.to ?? 0n);
      if (node.kind === 'read') state.set(id, 0n);
    });
  }

  function word(node: Node, id: Id, inputs: Words): bigint {
    if (isCombinational(node)) {
      const values = reads[id]!.map((operand) => words[operand]!);
      return evaluate(node, values, widths[id]!);
    }
    if (node.kind === 'input') return wrap(wordOf(inputs, node.name), node.width);
    if (node.kind === 'reg') return state.get(id)!;
    if (node.kind === 'read')
      return module.memories[node.memory]!.synchronous ? state.get(id)! : stored(node.memory, node.address);
    return 0n;
  }

  function stored(memory: number, address: Id): bigint {
    // Beyond the depth there is no element; an address too long for a number is beyond any depth.
    return memories[memory]![Number(words[address]!)] ?? 0n;
  }

  /** Registers and synchronous reads first, then writes: an edge sees the memories as they stood before it. */
  function edge(): void {
    nodes.forEach((node, id) => {
      if (node.kind === 'reg') {
        if (node.reset && words[node.reset.by] === 0n) state.set(id, node.reset.to);
        else if (node.enable === undefined || words[node.enable] === 1n) state.set(id, words[node.next]!);
      }
      if (node.kind === 'read') state.set(id, stored(node.memory, node.address));
    });
    for (const node of nodes)
      if (node.kind === 'write' && words[node.enable] === 1n) {
        const address = words[node.address]!;
        const memory = memories[node.memory]!;
        if (address < BigInt(memory.length)) memory[Number(address)] = words[node.data]!;
      }
  }

  restart();
  return {
    module,
    words,
    step(inputs) {
      nodes.forEach((node, id) => (words[id] = word(node, id, inputs)));
      const outputs = module.outputs.map(({ name, value }) => [name, words[value]!] as const);
      edge();
      return Object.fromEntries(outputs);
    },
    restart,
  };
}

/** The word of that name; for `rst_n` 1 where there is none. */
export function wordOf(inputs: Words, name: string): bigint {
  const word = inputs instanceof Map ? inputs.get(name) : (inputs as Record<string, bigint>)[name];
  if (word !== undefined) return word;
  if (name === resetName) return 1n;
  throw new Error(`no word for the input ${name}`);
}
