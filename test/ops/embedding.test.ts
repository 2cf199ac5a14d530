import { beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/cosim/index.js';
import { defaultsOf, operatorSubject, verifyAll } from '../../src/flow/index.js';
import { operatorOf, parametersOf } from '../../src/ops/index.js';

const operator = operatorOf('embedding_lookup')!;

/** Among memories that answer late, in any order and now and then with an error; stalled on both sides. */
describe('embedding_lookup', () => {
  const subjects = operator.samples.map((sample, k) =>
    operatorSubject(operator, { ...defaultsOf(operator), ...sample }, `lookup_${k}`, 0),
  );
  let verdicts: readonly Verdict[] = [];
  beforeAll(async () => {
    const made = await verifyAll(subjects, { vectors: 2000, seed: 3, verilator: false, cache: '' });
    if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
    verdicts = made.value;
  }, 600_000);

  it.each(subjects.map(({ name }, k) => [name, k] as const))('%s gives the rows of its memories', (_, k) => {
    expect(verdicts[k]!.first).toBeUndefined();
    expect(verdicts[k]!.mismatches).toBe(0);
    expect(verdicts[k]!.compared['words']).toBeGreaterThan(20);
  });

  it.each([
    [{ rows: [4, 4], columns: [1] }, /`rows` has 2 elements, but `columns` has 1/],
    [{ reads: [0, 0, 1, 0, 0] }, /length of parameter `reads` is 5/],
    [{ reads: [0, 0, 1, 0, 0, 4, 0] }, /`reads` ends within a read/],
    [{ reads: [0, 0, 1, 0, 0, 5] }, /index 0 has no columns 0 to 4/],
    [{ reads: [0, 0, 1, 0, 0, 3] }, /column 3 of index 0 is read 0 times/],
    [{ reads: [1, 0, 1, 0, 0, 4] }, /channel 0 has no reads/],
    [{ reads: [0, 8, 1, 0, 0, 4] }, /its base 8 is no multiple of 32/],
    [{ reads: [-1, 0, 1, 0, 0, 4] }, /`contents` has 0 elements, but the tables on the chip have 1024/],
    [{ address_bits: 12, rows: [257] }, /ends beyond the 12-bit addresses/],
    [{ depth: 3 }, /`depth` of `embedding_lookup` is 3, which is no power of two/],
    [{ rows: [2], columns: [2048], reads: [0, 0, 1, 0, 0, 2048] }, /a row takes 8192 bytes/],
  ])('%j is told what is wrong', (given, message) => {
    const p = parametersOf(operator, [], given);
    expect(p.ok).toBe(false);
    expect(p.diagnostics.map((one) => one.message).join('\n')).toMatch(message);
  });
});
