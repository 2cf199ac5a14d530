import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  evaluator,
  loadFormulas,
  noMaterials,
  openPoints,
  planOf,
  runSweep,
  sweep,
  sweepId,
  type Runner,
} from '../../src/index.js';

const design = `datapath product(N: 2..8 = 4) {
  in a: int(N)
  in b: int(N)
  out y = a * b
}`;

test('a sweep written in TypeScript, with points in this process', async () => {
  const measure = (name: string) => ({ measure: name, as: name, args: {} });
  const definition = sweep({
    name: 'products',
    design: 'product.dp',
    technology: 'asap7',
    mode: 'model',
    variables: [{ name: 'N', domain: { kind: 'range', least: 2, most: 9, step: 1 } }],
    measures: [measure('areaUm2'), measure('delayPs')],
    derived: [{ name: 'perBit', formula: { text: 'area / N to um^2' } }],
    objectives: [
      { measure: 'perBit', direction: 'min' },
      { measure: 'N', direction: 'max' },
    ],
  });
  const materials = {
    ...noMaterials,
    designs: { 'product.dp': design },
    costModels: { asap7: readFileSync('tech/model/asap7.json', 'utf8') },
  };
  const plan = planOf(definition, await loadFormulas());
  const folder = mkdtempSync(join(tmpdir(), 'bitloom-library-'));
  const store = await openPoints(folder, 'write');
  if (!plan.ok || !store.ok) throw new Error('neither plan nor store');
  const points = evaluator(materials, undefined);
  const runner: Runner = {
    slots: 1,
    run: (point) => points.evaluate(point),
    close: () => Promise.resolve(),
  };
  const id = sweepId(plan.value, materials);
  const report = await runSweep({ plan: plan.value, materials, store: store.value, id, runner });
  store.value.close();
  rmSync(folder, { recursive: true });
  // N = 9 is out of the parameter's range; narrower products are smaller for each bit.
  expect(report).toMatchObject({ done: 8, failed: 1, complete: true });
  expect(report.frontier.map(({ candidate }) => candidate['N'])).toEqual([2, 3, 4, 5, 6, 7, 8]);
});
