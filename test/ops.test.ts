import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint, simulateRows, type Verdict } from '../src/cosim/index.js';
import { allSamples, verifyAll } from '../src/flow/index.js';
import { topOf, verifyDesign, type Module, type Port } from '../src/ir/index.js';
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
  }, 1_200_000);
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
      for (const engine of ['interpreter', 'verilator'])
        expect(verdict.compared[engine], engine).toBeGreaterThanOrEqual(1900);
      // Of an operator with streams the words that come out are compared; a job may take it many cycles.
      const { reference, words } = verdict.compared;
      if (words === undefined) expect(reference).toBeGreaterThanOrEqual(1900);
      else expect(words).toBeGreaterThanOrEqual(20);
    },
  );

  it.each(subjects.map((subject) => [subject.name, subject] as const))(
    '%s is well formed at every step',
    (_, subject) => {
      expect(verifyDesign(subject.written)).toEqual([]);
      expect(verifyDesign(subject.simplified)).toEqual([]);
    },
  );

  const small = subjects.filter(({ simplified }) => isSmall(topOf(simplified)));

  it('have samples whose inputs are few', () => expect(small.length).toBeGreaterThan(10));

  it.each(small.map((subject) => [subject.name, subject] as const))(
    '%s is right for every input',
    (_, subject) => {
      const { inputs, outputs } = topOf(subject.simplified);
      const bits = inputs.reduce((sum, port) => sum + port.width, 0);
      const rows = Array.from({ length: 2 ** bits }, (_, number) =>
        split(
          BigInt(number),
          inputs.map((port) => port.width),
        ),
      );
      const found = simulateRows(subject.simplified, rows);
      const reference = subject.reference!();
      const wrong = rows.findIndex((row, i) => {
        const due = reference(row.map((word, k) => split(word, laneWidths(inputs[k]!))));
        return outputs.some((port, k) => split(found[i]![k]!, laneWidths(port)).join() !== due[k]!.join());
      });
      expect(wrong < 0 ? [] : rows[wrong]).toEqual([]);
    },
  );

  it('emit Verilog that lints clean', async () => {
    for (const subject of subjects) {
      const said = await lint(subject.emitted);
      expect(said.ok && said.value, subject.name).toEqual([]);
    }
  }, 1_200_000);
});

/** Whether a module has so few inputs, and no state, that all can be tried. */
function isSmall({ inputs, nodes }: Module): boolean {
  const bits = inputs.reduce((sum, port) => sum + port.width, 0);
  return bits <= 15 && nodes.every((node) => node.kind !== 'reg');
}

function laneWidths({ width, lanes }: Port): number[] {
  return Array.from({ length: lanes }, () => width / lanes);
}

/** A word cut into words of those widths, from the low bits up. */
function split(word: bigint, widths: readonly number[]): bigint[] {
  let rest = word;
  return widths.map((width) => {
    const part = BigInt.asUintN(width, rest);
    rest >>= BigInt(width);
    return part;
  });
}
