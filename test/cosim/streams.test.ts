import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  add,
  drive,
  finishDatapath,
  inputPort,
  mul,
  outputPort,
  pipeline,
  register,
  select,
  literal,
  startDatapath,
  wrap,
  type Datapath,
  type Value,
} from '../../src/builder/index.js';
import { lint, verify, type Subject } from '../../src/cosim/index.js';
import { formsOf, subjectsOf } from '../../src/flow/index.js';
import { bool, int } from '../../src/format/index.js';
import { verifyDesign, type Design } from '../../src/ir/index.js';
import { elastic, whenName } from '../../src/pass/index.js';

type Body = (datapath: Datapath) => void;

const bodies: Record<string, { readonly ins: string[][]; readonly outs: string[]; readonly body: Body }> = {
  product: {
    ins: [['x', 'w']],
    outs: ['y'],
    body: (datapath) => {
      const [x, w] = [inputPort(datapath, 'x', int(8)), inputPort(datapath, 'w', int(8))];
      outputPort(datapath, 'y', mul(datapath, x, w));
    },
  },
  joined: {
    ins: [['x'], ['w']],
    outs: ['y'],
    body: (datapath) => {
      const [x, w] = [inputPort(datapath, 'x', int(8)), inputPort(datapath, 'w', int(8))];
      outputPort(datapath, 'y', add(datapath, x, w));
    },
  },
  forked: {
    ins: [['x']],
    outs: ['y', 'z'],
    body: (datapath) => {
      const x = inputPort(datapath, 'x', int(8));
      outputPort(datapath, 'y', add(datapath, x, x));
      outputPort(datapath, 'z', x);
      outputPort(datapath, whenName('z'), isOdd(datapath, x));
    },
  },
  sums: {
    ins: [['x', 'last']],
    outs: ['y'],
    body: (datapath) => {
      const x = inputPort(datapath, 'x', int(8));
      const last = inputPort(datapath, 'last', bool);
      const sum = register(datapath, 'sum', int(16));
      const next = wrap(datapath, add(datapath, sum.value, x), int(16));
      drive(datapath, sum, select(datapath, last, literal(datapath, 0n), next));
      outputPort(datapath, 'y', next);
      outputPort(datapath, whenName('y'), last);
    },
  },
};

function isOdd(datapath: Datapath, x: Value): Value {
  if (x.kind !== 'scalar') throw new Error('no word');
  return { kind: 'scalar', type: bool, id: datapath.draft.slice(x.id, 0, 1) };
}

function design(name: string, stages: number): Design {
  const { ins, outs, body } = bodies[name]!;
  const datapath = startDatapath(`${name}_${stages}`);
  body(datapath);
  pipeline(datapath, stages);
  const core = finishDatapath(datapath, 'Part of a test.');
  if (!core) throw new Error(datapath.diagnostics.map((one) => one.message).join());
  return elastic(core, {
    name: `${name}_${stages}`,
    about: 'A test.',
    ins: ins.map((fields, k) => ({ name: `in${k}`, fields })),
    outs: outs.map((field) => ({ name: field, fields: [field] })),
  });
}

const cases = Object.keys(bodies).flatMap((name) => [0, 1, 3].map((stages) => [name, stages] as const));

describe('designs with streams', () => {
  const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  afterAll(() => rmSync(cache, { recursive: true }));
  const subjects = cases.map(([name, stages]) => subjectsOf(formsOf(design(name, stages)))[0]!);

  it('neither lose, double, change nor reorder words under any stalls', async () => {
    const made = await verify(subjects, { vectors: 20_000, seed: 3, verilator: true, cache });
    if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join());
    for (const verdict of made.value) {
      expect(verdict.first, verdict.subject).toBeUndefined();
      expect(verdict.mismatches).toBe(0);
      expect(verdict.compared['words']).toBeGreaterThan(1500);
      expect(verdict.compared['verilator']).toBeGreaterThan(19_000);
    }
  }, 120_000);

  it.each(cases)('%s with %i stages is well formed and lints clean', async (name, stages) => {
    const { written, simplified, emitted } = formsOf(design(name, stages));
    expect(verifyDesign(written)).toEqual([]);
    expect(verifyDesign(simplified)).toEqual([]);
    expect(await lint(emitted)).toEqual({ ok: true, value: [], diagnostics: [] });
  });

  /** The harness with one operand of one of its unit's nodes exchanged. */
  function broken(subject: Subject, turn: (design: Design) => Design): Promise<number> {
    const simplified = turn(subject.simplified);
    const wrong = { ...subject, simplified, written: simplified };
    return verify([wrong], { vectors: 5000, seed: 3, verilator: false, cache }).then((made) =>
      made.ok ? made.value[0]!.mismatches : NaN,
    );
  }

  it('are found out when a register forgets its enable', async () => {
    const subject = subjects[cases.findIndex(([name, stages]) => name === 'product' && stages === 1)]!;
    expect(await broken(subject, (same) => same)).toBe(0);
    const unit = subject.simplified.modules.findIndex(({ name }) => name === 'product_1');
    const { nodes } = subject.simplified.modules[unit]!;
    const enabled = nodes.flatMap((node, id) =>
      node.kind === 'reg' && node.enable !== undefined ? [id] : [],
    );
    expect(enabled.length).toBeGreaterThan(5);
    let found = 0;
    for (const id of enabled) {
      const changed = nodes.map((node, k) => {
        if (k !== id || node.kind !== 'reg') return node;
        const { enable: _, ...free } = node;
        return free;
      });
      const modules = subject.simplified.modules.map((module, k) =>
        k === unit ? { ...module, nodes: changed } : module,
      );
      if ((await broken(subject, (same) => ({ ...same, modules }))) > 0) found++;
    }
    // The place behind the last word may be written at any time.
    expect(found).toBeGreaterThanOrEqual(enabled.length - 1);
  });
});
