import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/cache/index.js';
import type { Materials, MeasureCall, Point } from '../../src/explore/index.js';
import { evaluator, type Evaluator } from '../../src/flow/index.js';

const text = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const model = readFileSync(fileURLToPath(new URL('../../models/mlp.onnx', import.meta.url)));

const materials: Materials = {
  designs: { 'vs-mac.dp': text('examples/vs-mac.dp') },
  technologies: {},
  costModels: { asap7: text('tech/model/asap7.json'), freepdk45: text('tech/model/freepdk45.json') },
  models: { mlp: { base64: model.toString('base64'), normalisation: 'unit' } },
};

const call = (measure: string): MeasureCall => ({
  ...{ measure, as: measure },
  args: measure.startsWith('accuracy') ? { model: 'mlp', data: 'mnist', images: 200 } : {},
});

const point = (N: number, M: number, technology: string, ...measures: string[]): Point => ({
  ...{ design: 'vs-mac.dp', parameters: { N, V: 8, M }, technology, mode: 'model' },
  ...{ arithmetic: 'behavioural', seed: 1, measures: measures.map(call) },
});

async function measured(points: Evaluator, one: Point) {
  const outcome = await points.evaluate(one);
  if (!outcome.ok) throw new Error(outcome.failure.diagnostics[0]!.message);
  const { measures, stages } = outcome.evaluation;
  return { measures, reused: Object.fromEntries(stages.map(({ stage, reused }) => [stage, reused])) };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-stages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('points that have something in common', () => {
  it('share a design in other technologies, and a network on other datapaths', async () => {
    const points = evaluator(materials, openStore('stages', 2 ** 30, folder));
    const both = ['areaUm2', 'accuracy'];
    const first = await measured(points, point(4, 4, 'asap7', ...both));
    expect(first.reused).toEqual({
      elaborate: false,
      optimise: false,
      emit: false,
      calibrate: false,
      quantise: false,
      infer: false,
    });
    const elsewhere = await measured(points, point(4, 4, 'freepdk45', ...both));
    expect(elsewhere.reused).toEqual({ elaborate: true, optimise: true, emit: true, infer: true });
    expect(elsewhere.measures['accuracy']).toBe(first.measures['accuracy']);
    expect(elsewhere.measures['areaUm2']).not.toBe(first.measures['areaUm2']);
    const wider = await measured(points, point(4, 6, 'asap7', ...both));
    expect(wider.reused).toEqual({
      elaborate: false,
      optimise: false,
      emit: false,
      calibrate: true,
      quantise: false,
      infer: false,
    });
    // Alone, with nothing at hand, each gives the same.
    for (const [one, { measures }] of [
      [point(4, 4, 'freepdk45', ...both), elsewhere],
      [point(4, 6, 'asap7', ...both), wider],
    ] as const)
      expect((await measured(evaluator(materials, undefined), one)).measures).toEqual(measures);
  });

  it('are measured on their own datapaths: fewer bits of codes and of scales, fewer right', async () => {
    const points = evaluator(materials, undefined);
    const shares = [];
    for (const [N, M] of [
      [2, 3],
      [3, 3],
      [8, 8],
    ] as const) {
      const { measures } = await measured(points, point(N, M, 'asap7', 'accuracy', 'accuracyFloat'));
      expect(measures['accuracyFloat']).toBe(1);
      shares.push(measures['accuracy']!);
    }
    expect(shares[0]!).toBeLessThan(shares[1]!);
    expect(shares[1]!).toBeLessThan(shares[2]!);
    expect(1 - shares[2]!).toBeLessThanOrEqual(0.01);
  });
});
