import { random, success, type Result } from '../../src/base/index.js';
import type { Subject } from '../../src/cosim/index.js';
import { emit } from '../../src/emit/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { moduleOf, resetName, verifyDesign, type Design } from '../../src/ir/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { bitHeap, optimise, passes, simplify, type Pass } from '../../src/pass/index.js';
import { randomDesign } from '../random-module.js';
import { difference, interpreted, randomSequence, type Sequence } from '../sim/differential.js';

/** The design that a seed stands for: words of 1 to 130 bits, state, memories, hierarchy. */
export function designOf(seed: number): Design {
  const r = random(seed);
  return randomDesign(r, {
    nodes: 4 + r.below(r.below(8) === 0 ? 70 : 24),
    widest: r.below(3) === 0 ? 130 : 40,
  });
}

/** The same with pipeline stages asked for at the top, for some seeds. */
export function stagedOf(seed: number): Design {
  const design = designOf(seed);
  const stages = seed % 3;
  const modules = design.modules.map((module) =>
    module.name === design.top ? { ...module, stages } : module,
  );
  return { ...design, modules };
}

/**
 * What is wrong with a design in the toolkit's own engines, if anything: the interpreter on it against the interpreter
 * after each pass (all there are, unless others are given), and against the compiled simulation of it as written and simplified.
 */
export function faultIn(
  design: Design,
  seed: number,
  tried: readonly Pass[] = [...passes, bitHeap()],
): string | undefined {
  const malformed = verifyDesign(design)[0];
  if (malformed !== undefined) return `the design itself is malformed: ${malformed}`;
  const r = random(seed + 1);
  const sequence = randomSequence(r, design, 5);
  const due = text(interpreted(design, sequence));
  for (const pass of tried) {
    if (pass.name === 'pipeline') continue;
    const after = attempt(() => faultAfter(pass.run(design), sequence, due));
    if (after !== undefined) return `pass ${pass.name}: ${after}`;
  }
  const simplified = attempt(() => faultAfter(simplify(design), sequence, due));
  if (simplified !== undefined) return `simplified: ${simplified}`;
  const compiled = attempt(() => difference(design, [sequence, randomSequence(r, design, 5)]));
  if (compiled !== undefined) return `wasm: ${compiled}`;
  const both = attempt(() => difference(simplify(design), [sequence]));
  return both === undefined ? undefined : `wasm of the simplified: ${both}`;
}

function faultAfter(after: Design, sequence: Sequence, due: string): string | undefined {
  const malformed = verifyDesign(after)[0];
  if (malformed !== undefined) return malformed;
  return text(interpreted(after, sequence)) === due ? undefined : 'other outputs';
}

function attempt(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    return `throws ${(error as Error).message}`;
  }
}

function text(rows: readonly Readonly<Record<string, bigint>>[]): string {
  return rows
    .map((row) => Object.entries(row).map(([name, word]) => `${name}=${word.toString(16)}`))
    .join('\n');
}

/** What is wrong with a text: that it is not legal, or what is wrong with its design. */
export function faultInText(text: string, seed: number): string | undefined {
  const made = designOfText(text);
  return made.ok ? faultIn(made.value, seed) : `illegal: ${made.diagnostics[0]!.message}`;
}

export function designOfText(text: string): Result<Design> {
  const loaded = loadDesign(text, 'chance.dp');
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, {}) : loaded;
  return made.ok ? success(made.value.written) : made;
}

/** A design in all forms that Verilog is compared with; every module's name behind a prefix. */
export function subjectOf(design: Design, prefix: string): Subject {
  const written = renamed(design, prefix);
  const emitted = emit(optimise(written), { version: '0.0.0' });
  return { name: written.top, written, simplified: simplify(written), emitted };
}

function renamed(design: Design, prefix: string): Design {
  const name = (old: string): string => `${prefix}_${old}`;
  const modules = design.modules.map((module) => ({
    ...module,
    name: name(module.name),
    nodes: module.nodes.map((node) =>
      node.kind === 'instance' ? { ...node, module: name(node.module) } : node,
    ),
  }));
  return { ...design, top: name(design.top), modules };
}

/** Whether the reset alone resets, and to 0: what other registers hold at power-up is not the Verilog's to say. */
export function startsFromReset(design: Design): boolean {
  return design.modules.every(({ nodes }) => {
    const isReset = (id: number): boolean => {
      const by = nodes[id]!;
      return by.kind === 'input' && by.name === resetName;
    };
    return nodes.every((node) => {
      if (node.kind === 'reg') return node.reset ? isReset(node.reset.by) && node.reset.to === 0n : true;
      if (node.kind !== 'instance') return true;
      const pin = moduleOf(design, node.module).inputs.findIndex((port) => port.name === resetName);
      return pin < 0 || isReset(node.inputs[pin]!);
    });
  });
}
