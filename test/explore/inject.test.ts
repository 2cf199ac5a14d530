import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/cache/index.js';
import {
  loadFormulas,
  planOf,
  sweepOf,
  type Materials,
  type Point,
  type Scalars,
} from '../../src/explore/index.js';
import {
  buildDesign,
  checkMeasures,
  evaluator,
  prepareRobust,
  prepareRobustOn,
  runRobust,
  type Evaluator,
  type RobustPlan,
} from '../../src/flow/index.js';
import { loadDesign, loadSweeps } from '../../src/lang/index.js';
import { checkOptions, estimateMean, independentFlips, type AskedOptions } from '../../src/robust/index.js';
import type { Result } from '../../src/base/index.js';

const bytes = readFileSync('models/mlp.onnx');
const model = { name: 'mlp', bytes, normalisation: 'unit' } as const;
const design = readFileSync('examples/dot-int8.dp', 'utf8');
const materials: Materials = {
  designs: { 'dot-int8.dp': design },
  ...{ technologies: {}, costModels: {} },
  models: { mlp: { base64: bytes.toString('base64'), normalisation: 'unit' } },
};

const point = (...measures: readonly (readonly [string, Scalars])[]): Point => ({
  ...{ design: 'dot-int8.dp', parameters: {}, mode: 'model', arithmetic: 'auto', seed: 1 },
  measures: measures.map(([measure, args], i) => ({ measure, as: `m${i}`, args })),
});

async function measured(points: Evaluator, one: Point) {
  const outcome = await points.evaluate(one);
  if (!outcome.ok) throw new Error(outcome.failure.diagnostics.map(({ message }) => message).join('; '));
  return outcome.evaluation;
}

const asked: AskedOptions = {
  ...{ where: 'weights', bits: 8, schemes: [], rates: [0.02], chips: 3, seed: 1 },
  ...{ faults: independentFlips, sums: { bits: 24 } },
  protection: { kind: 'none', topBits: undefined, wordBits: 64 },
};

/** The error of each chip, as the command has it. */
async function errorsOf(
  given: Partial<AskedOptions>,
  prepared: (options: Parameters<typeof prepareRobust>[3]) => Promise<Result<RobustPlan>>,
): Promise<readonly number[]> {
  const options = checkOptions({ ...asked, ...given });
  const plan = options.ok ? await prepared(options.value) : options;
  const run = plan.ok ? await runRobust(plan.value, 0, undefined) : plan;
  if (!run.ok || !plan.ok) throw new Error(JSON.stringify(run.diagnostics));
  const { count } = plan.value.workload.images;
  return run.value.schemes[0]!.chips.map(([score]) => score!.wrong / count);
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-inject-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('accuracy under bit errors', () => {
  it('is what the command finds with the same settings, on the datapath and in codes of a scheme', async () => {
    const loaded = loadDesign(design, 'dot-int8.dp');
    const built = loaded.ok ? buildDesign(loaded.value[0]!, {}) : loaded;
    if (!built.ok) throw new Error('no datapath');
    const same = { rate: 0.02, chips: 3, images: 60 };
    const guard = { protect: 'hardened', protectBits: 2 };
    const { measures, intervals } = await measured(
      evaluator(materials, undefined),
      point(
        ['robustAccuracy', same],
        ['worstAccuracy', same],
        ['robustAccuracy', { ...same, ...guard, where: 'activations' }],
        ['robustAccuracy', { ...same, scheme: 'layer', bits: 6 }],
      ),
    );
    const on = (options: Parameters<typeof prepareRobust>[3]) =>
      prepareRobustOn(model, 'mnist', 60, built.value, options);
    const weights = await errorsOf({}, on);
    expect(measures['m0']).toBe(1 - estimateMean(weights).mean);
    expect(measures['m1']).toBe(1 - Math.max(...weights));
    expect(measures['m1']).toBeLessThan(measures['m0']!);
    const protection = { kind: 'hardened', topBits: 2, wordBits: 64 } as const;
    const buffers = await errorsOf({ where: 'activations', protection }, on);
    expect(measures['m2']).toBe(1 - estimateMean(buffers).mean);
    const scheme = await errorsOf({ schemes: ['layer'], bits: 6 }, (options) =>
      prepareRobust(model, 'mnist', 60, options),
    );
    expect(measures['m3']).toBe(1 - estimateMean(scheme).mean);
    expect(new Set(Object.values(measures)).size).toBe(4);
    for (const [name, [low, high]] of Object.entries(intervals)) {
      expect(low, name).toBeLessThan(measures[name]!);
      expect(high, name).toBeGreaterThan(measures[name]!);
    }
  });

  it('shares the network with other measures and other rates, and chips with other numbers of them', async () => {
    const points = evaluator(materials, openStore('stages', 2 ** 30, folder));
    const stagesOf = async (one: Point) =>
      (await measured(points, one)).stages
        .filter(({ stage }) => ['calibrate', 'quantise', 'infer', 'inject'].includes(stage))
        .map(({ stage, reused }) => `${stage} ${reused}`);
    const accuracy = ['accuracy', { images: 40 }] as const;
    const robust = (more: Scalars) => ['robustAccuracy', { images: 40, chips: 2, ...more }] as const;
    expect(await stagesOf(point(accuracy, robust({ rate: 0.01 })))).toEqual([
      ...['calibrate false', 'quantise false', 'infer false'],
      ...['quantise true', 'inject false'],
    ]);
    expect(await stagesOf(point(accuracy, robust({ rate: 0.02 })))).toEqual([
      ...['infer true', 'quantise true', 'inject false'],
    ]);
    expect(await stagesOf(point(robust({ rate: 0.02 })))).toEqual(['inject true']);
    const more = point(robust({ rate: 0.02, chips: 4 }));
    const shared = await measured(points, more);
    expect(shared.measures).toEqual((await measured(evaluator(materials, undefined), more)).measures);
  });

  it('has an interval on few images that reaches what more of them give', async () => {
    const points = evaluator(materials, undefined);
    const all = { rate: 0.02, chips: 3, images: 400 };
    const whole = await measured(points, point(['robustAccuracy', all], ['worstAccuracy', all]));
    for (const images of [20, 60]) {
      const few = { ...all, images };
      const some = await measured(points, point(['robustAccuracy', few], ['worstAccuracy', few]));
      for (const name of ['m0', 'm1']) {
        const [low, high] = some.intervals[name]!;
        expect(low).toBeLessThanOrEqual(whole.measures[name]!);
        expect(high).toBeGreaterThanOrEqual(whole.measures[name]!);
        expect(high - low).toBeGreaterThan(whole.intervals[name]![1] - whole.intervals[name]![0]);
      }
    }
  });
});

describe('arguments of measures', () => {
  const sweep = (rest: string) => `
datapath dot(lanes: 1..16 = 4) {
  in a: int(8)[lanes]
  in b: int(8)[lanes]
  in first: bool
  reg acc: int(32) = wrap((if first then 0 else acc) + dot(a, b), to: int(32))
  out y = acc
}
sweep dot {
  lanes in [4, 8]
  rate in [0.01, 0.02]
  network in [mlp]
  guard in [secded] when rate > 0.01
  ${rest}
  pareto max robustAccuracy, max rate
}`;

  async function planned(text: string) {
    const loaded = loadSweeps(text, 'dot.dp');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    const definition = sweepOf(loaded.value.sweeps[0]!, 'dot.dp', ['dot']);
    const plan = definition.ok ? planOf(definition.value, await loadFormulas()) : definition;
    if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
    return plan.value;
  }

  it('take their values from variables, which are parameters too of a design that has such', async () => {
    const text = sweep(
      'measure robustAccuracy(model: network, rate: rate, chips: lanes, protect: guard, images: 10)',
    );
    const plan = await planned(text);
    const points = [...plan.space.all()].map((candidate) => plan.pointOf(candidate));
    expect(points).toHaveLength(4);
    expect(points[0]).toMatchObject({
      parameters: {},
      shared: { lanes: 4, rate: 0.01, network: 'mlp' },
      measures: [{ args: { model: 'mlp', rate: 0.01, chips: 4, images: 10 } }],
    });
    expect(points[0]!.measures[0]!.args).not.toHaveProperty('protect');
    expect(points[1]!.measures[0]!.args).toMatchObject({ rate: 0.02, protect: 'secded' });
    const own = evaluator({ ...materials, designs: { 'dot.dp': text } }, undefined);
    const registers = { measure: 'registerBits', as: 'registerBits', args: {} };
    const few = await measured(own, { ...points[0]!, measures: [...points[0]!.measures, registers] });
    expect(few.measures['robustAccuracy']).toBeGreaterThan(0.5);
    expect(few.provenance['robustAccuracy']!.from).toContain('on 4 chips of seed 1');
    expect(few.contents).toHaveProperty('model mlp');
  });

  it('are told where they are wrong, in words of arguments', () => {
    const faults = (measure: string, args: Scalars) =>
      checkMeasures([{ measure, as: measure, args }]).diagnostics.map(({ message }) => message);
    expect(faults('robustAccuracy', {})[0]).toContain('has no `rate`');
    expect(faults('robustAccuracy', { rate: 2, chips: 0, data: 'minst', where: 'sum', chip: 1 })).toEqual([
      expect.stringContaining('`rate` of measure `robustAccuracy` must be a number from 0 to 1, but is 2'),
      expect.stringContaining('`chips`'),
      expect.stringContaining('one of mnist'),
      expect.stringContaining('weights, activations, sums'),
      expect.stringContaining('takes no `chip`'),
    ]);
    expect(faults('robustAccuracy', { rate: 0.1, bits: 4 })[0]).toContain('only with a `scheme`');
    expect(faults('robustAccuracy', { rate: 0.1, scheme: 'rquantt' })[0]).toContain('no scheme `rquantt`');
    expect(faults('worstAccuracy', { rate: 0.1, protect: 'parity', protectWord: 2 })[0]).toMatch(
      /^protectWord is 2, and must be from 4/,
    );
    expect(faults('accuracy', { rate: 0.1 })[0]).toContain('takes no `rate`');
  });
});
