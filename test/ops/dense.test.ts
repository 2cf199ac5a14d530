import { beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/cosim/index.js';
import { defaultsOf, operatorSubject, verifyAll } from '../../src/flow/index.js';
import { dense as operator, denseRow, denseShape, parametersOf } from '../../src/ops/index.js';

describe('dense', () => {
  const subjects = operator.samples.map((sample, k) =>
    operatorSubject(operator, { ...defaultsOf(operator), ...sample }, `dense_${k}`, 0),
  );
  let verdicts: readonly Verdict[] = [];
  beforeAll(async () => {
    const made = await verifyAll(subjects, { vectors: 1500, seed: 4, verilator: false, cache: '' });
    if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
    verdicts = made.value;
  }, 600_000);

  it.each(subjects.map(({ name }, k) => [name, k] as const))('%s gives the layer under stalls', (_, k) => {
    expect(verdicts[k]!.first).toBeUndefined();
    expect(verdicts[k]!.compared['words']).toBeGreaterThan(20);
  });

  it('sums, rounds to even, rectifies and saturates', () => {
    const shape = denseShape({
      ...defaultsOf(operator),
      inputs: 2,
      outputs: 4,
      x: { kind: 'fixed', signed: true, width: 8, fraction: 1 },
      y: { kind: 'fixed', signed: true, width: 8, fraction: 0 },
      weights: [1, 0, 3, 0, -1, -1, 127, 127],
      biases: [0, 2, -2, 0],
    });
    // 2.5, 7.5 + 1, negative, and beyond 127.
    expect(denseRow(shape, [5n, 100n])).toEqual([2n, 8n, 0n, 127n]);
    expect(denseRow({ ...shape, rectify: false }, [5n, 100n])[2]).toBe(256n - 54n);
  });

  it.each([
    [{ elements: 3 }, /2 outputs are not shared evenly by 3 elements/],
    [{ inputs: 7 }, /`weights` of `dense` holds 8 numbers, but 2 outputs of 7 inputs take 14/],
    [{ biases: [1, 2, 3] }, /`biases` of `dense` holds 3 numbers, but 2 outputs of 4 inputs take 2/],
    [{ w: 'int(3)' }, /5 in `weights` of `dense` is beyond `int\(3\)`/],
    [{ y: 'fixed(4, 2)' }, /2 bits behind the point, more than the 0 of a product/],
  ])('%j is told what is wrong', (given, message) => {
    const p = parametersOf(operator, [], given);
    expect(p.ok).toBe(false);
    expect(p.diagnostics.map((one) => one.message).join('\n')).toMatch(message);
  });
});
