import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { lint, verify, type Subject, type Verdict } from '../../src/cosim/index.js';
import { emit } from '../../src/emit/index.js';
import { moduleOf, resetName, type Design } from '../../src/ir/index.js';
import { simplify } from '../../src/pass/index.js';
import { randomDesign } from '../random-module.js';

/** Random designs as Verilog: as they are and simplified, beside the simulators, in one Verilator build. */
describe('emitted Verilog of random designs', () => {
  const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  const subjects = Array.from({ length: 70 }, (_, seed) => subjectsOf(seed)).flat();
  let verdicts: readonly Verdict[] = [];

  beforeAll(async () => {
    const made = await verify(subjects, { vectors: 300, seed: 3, cache, verilator: true });
    if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
    verdicts = made.value;
  });
  afterAll(() => rmSync(cache, { recursive: true }));

  it.each(subjects.map(({ name }, index) => [name, index] as const))('%s agrees', (_, index) => {
    expect(verdicts[index]!.first ?? {}).toEqual({});
    expect(verdicts[index]!.compared['verilator']).toBeGreaterThanOrEqual(300);
  });

  it('are many', () => expect(subjects.length).toBeGreaterThan(40));

  it('lints clean once simplified', async () => {
    for (const { name, emitted } of subjects.filter((one) => one.name.startsWith('simple'))) {
      const said = await lint(emitted);
      expect(said.ok && said.value, name).toEqual([]);
    }
  });
});

function subjectsOf(seed: number): Subject[] {
  const r = random(1000 + seed);
  const raw = renamed(randomDesign(r, { nodes: 10 + r.below(50), widest: 100 }), `raw${seed}`);
  if (!startsFromReset(raw)) return [];
  const simple = simplify(renamed(raw, `simple${seed}`));
  return [raw, simple].map((design) => ({
    name: design.top,
    written: design,
    simplified: design,
    emitted: emit(design, { version: '0.0.0' }),
  }));
}

/** All module names behind a prefix, so that many designs fit into one build. */
function renamed(design: Design, prefix: string): Design {
  const name = (old: string): string => `${prefix}_${old}`;
  return {
    top: name(design.top),
    modules: design.modules.map((module) => ({
      ...module,
      name: name(module.name),
      nodes: module.nodes.map((node) =>
        node.kind === 'instance' ? { ...node, module: name(node.module) } : node,
      ),
    })),
  };
}

/** Whether the reset alone resets: what other resets leave at power-up is not the Verilog's to say. */
function startsFromReset(design: Design): boolean {
  return design.modules.every(({ nodes }) => {
    const isReset = (id: number): boolean => {
      const by = nodes[id]!;
      return by.kind === 'input' && by.name === resetName;
    };
    return nodes.every((node) => {
      // A register that no reset reaches could tell what others held before the first clock edge.
      if (node.kind === 'reg') return node.reset ? isReset(node.reset.by) && node.reset.to === 0n : true;
      if (node.kind !== 'instance') return true;
      const pin = moduleOf(design, node.module).inputs.findIndex((port) => port.name === resetName);
      return pin < 0 || isReset(node.inputs[pin]!);
    });
  });
}
