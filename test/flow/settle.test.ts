import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { datapath, int, type Definition } from '../../src/index.js';
import { costModel } from '../../src/cost/index.js';
import type { Point } from '../../src/explore/index.js';
import {
  buildDesign,
  buildForClocks,
  costDesign,
  evaluator,
  packagedModel,
  type Built,
} from '../../src/flow/index.js';
import { formatSource, loadDesign } from '../../src/lang/index.js';
import { parseTechnology } from '../../src/synth/index.js';

const example = readFileSync('examples/dot-clocked.dp', 'utf8');
const strange = example.replace('asap7', 'asap8');

function definitionOf(text: string): Definition {
  const loaded = loadDesign(text, 't.dp');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.value.at(-1)!;
}

async function built(text: string, given = {}): Promise<{ built: Built; warnings: readonly string[] }> {
  const made = await buildForClocks(definitionOf(text), given);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return { built: made.value, warnings: made.diagnostics.map(({ code }) => code) };
}

describe('stages for a clock', () => {
  it('are the fewest whose longest path fits, with the model’s error added', async () => {
    const model = await packagedModel('asap7');
    if (!model.ok) throw new Error('no model');
    const margin = 1 + model.value.errorPercent.delayPs.mean / 100;
    const { built: made, warnings } = await built(example, { period: 750 });
    const [clock] = made.clocks!;
    expect(clock).toMatchObject({ module: 'dot_clocked', clockPs: 750, technology: 'asap7', met: true });
    expect(clock!.stages).toBeGreaterThan(0);
    expect(made.emitted.latency).toBe(clock!.stages);
    expect(warnings).toEqual([]);
    const delay = costModel(model.value)(made.optimised).delayPs;
    expect(delay).toBeCloseTo(clock!.delayPs);
    expect(delay * margin).toBeLessThanOrEqual(750);
    const fewer = example.replace('clock: period ps, tech: asap7', `stages: ${clock!.stages - 1}`);
    const shorter = buildDesign(definitionOf(fewer), {});
    if (!shorter.ok) throw new Error('cannot be built');
    expect(costModel(model.value)(shorter.value.optimised).delayPs * margin).toBeGreaterThan(750);
  });

  it('are none for a long clock, and more for a shorter one and for a slower technology', async () => {
    const latency = async (text: string, given = {}) => (await built(text, given)).built.emitted.latency;
    expect(await latency(example, { period: 2000 })).toBe(0);
    expect(await latency(example.replace('period ps', '2 ns'))).toBe(0);
    const some = await latency(example, { period: 850 });
    expect(some).toBeGreaterThan(0);
    expect(await latency(example, { period: 600 })).toBeGreaterThan(some);
    expect(await latency(example.replace('asap7', 'freepdk45'), { period: 850 })).toBeGreaterThan(some);
  });

  it('are told of where no number meets the clock', async () => {
    const { built: made, warnings } = await built(example, { period: 50 });
    expect(warnings).toEqual(['clock-missed']);
    expect(made.clocks![0]!.met).toBe(false);
    expect(made.clocks![0]!.stages).toBeGreaterThan(0);
  });

  it('are found for datapaths inside others, and for those in TypeScript', async () => {
    const outer = `${example}\ndatapath top {\n  in a: int(8)[8]\n  in b: int(8)[8]\n  out y = dot_clocked(a, b)\n}\n`;
    const { built: made } = await built(outer);
    expect(made.clocks![0]!.module).toContain('dot_clocked');
    expect(made.emitted.latency).toBe((await built(example)).built.emitted.latency);
    const written = datapath('product', 'A product.', {}, (d) => {
      d.out('y', d.mul(d.in('a', int(16)), d.in('b', int(16))));
      d.pipelineFor(300, 'sky130');
    });
    const product = await buildForClocks(written, {});
    expect(product.ok && product.value.clocks![0]).toMatchObject({ technology: 'sky130', met: false });
  });

  it('are not found behind one’s back, nor in a technology without a model', async () => {
    const plain = buildDesign(definitionOf(example), {});
    expect(plain.diagnostics.map(({ code }) => code)).toEqual(['pipeline']);
    const other = await buildForClocks(definitionOf(strange), {});
    expect(other.diagnostics).toMatchObject([{ code: 'no-cost-model', place: { line: 7, column: 3 } }]);
  });

  it.each([
    [450, true],
    [200, false],
  ])(
    'are %s ps under synthesis: met is %s',
    async (period, met) => {
      const { built: made, warnings } = await built(example.replaceAll('int(8)', 'int(4)'), {
        lanes: 4,
        period,
      });
      expect(made.clocks![0]!.stages).toBeGreaterThan(0);
      expect(warnings).toEqual(met ? [] : ['clock-missed']);
      const technology = parseTechnology('asap7', readFileSync('tech/asap7.json', 'utf8'));
      if (!technology.ok) throw new Error('no technology');
      const cost = await costDesign(made, technology.value, { clockPs: period });
      if (!cost.ok) throw new Error(JSON.stringify(cost.diagnostics));
      const { delayPs, clock } = cost.value;
      expect(clock).toEqual({ targetPs: period, slackPs: period - delayPs, met });
      expect(delayPs <= period).toBe(met);
    },
    240_000,
  );

  it('are the same in sweeps', async () => {
    const none = { technologies: {}, costModels: {}, models: {} };
    const points = evaluator({ ...none, designs: { 'a.dp': example, 'b.dp': strange } }, undefined);
    const point = (design: string): Point => ({
      ...{ design, parameters: { lanes: 4 }, mode: 'synth', arithmetic: 'auto', seed: 1 },
      measures: [{ measure: 'latency', as: 'latency', args: {} }],
    });
    const outcome = await points.evaluate(point('a.dp'));
    const { built: made } = await built(example, { lanes: 4 });
    expect(outcome.ok && outcome.evaluation.measures).toEqual({ latency: made.clocks![0]!.stages });
    const wrong = await points.evaluate(point('b.dp'));
    expect(wrong).toMatchObject({ failure: { diagnostics: [{ code: 'no-cost-model' }] } });
  });

  it('are asked for in one way of writing', () => {
    expect(formatSource(example, 't.dp')).toMatchObject({ ok: true, value: example });
  });
});
