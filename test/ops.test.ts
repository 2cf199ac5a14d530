import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint, type Verdict } from '../src/cosim/index.js';
import { allSamples, verifyAll } from '../src/flow/index.js';
import { verifyDesign } from '../src/ir/index.js';
import { operators } from '../src/ops/index.js';
import { resolve } from '../src/builder/index.js';

/** Every operator of the list in every engine: reference = interpreter = WebAssembly = Verilog under Verilator. */
describe('operators', () => {
  const subjects = allSamples();
  const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  let verdicts: readonly Verdict[] = [];

  beforeAll(async () => {
    const made = await verifyAll(subjects, { vectors: 2000, seed: 7, verilator: true, cache });
    if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
    verdicts = made.value;
  });
  afterAll(() => rmSync(cache, { recursive: true }));

  it('have samples that obey their parameters', () => {
    for (const operator of operators)
      for (const sample of operator.samples) expect(resolve(operator.parameters, sample).ok).toBe(true);
  });

  it.each(subjects.map((subject, index) => [subject.name, index] as const))(
    '%s agrees in every engine',
    (_, index) => {
      const verdict = verdicts[index]!;
      expect(verdict.first).toBeUndefined();
      expect(verdict.mismatches).toBe(0);
      for (const engine of ['reference', 'interpreter', 'verilator'])
        expect(verdict.compared[engine], engine).toBeGreaterThanOrEqual(1900);
    },
  );

  it.each(subjects.map((subject) => [subject.name, subject] as const))(
    '%s is well formed at every step',
    (_, subject) => {
      expect(verifyDesign(subject.written)).toEqual([]);
      expect(verifyDesign(subject.simplified)).toEqual([]);
    },
  );

  it('emit Verilog that lints clean', async () => {
    for (const subject of subjects) {
      const said = await lint(subject.emitted);
      expect(said.ok && said.value, subject.name).toEqual([]);
    }
  });
});
