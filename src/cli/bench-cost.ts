import { readFileSync } from 'node:fs';
import { success } from '../base/index.js';
import type { CostBenchmark } from '../flow/index.js';
import type { BenchModule } from './benches.js';
import { packageFolder, readTechnology } from './data.js';
import { readCostModel, readCostSamples } from './model-data.js';
import { say, table } from './terminal.js';

/** How far a sample that is synthesised anew may be off, in percent. */
const allowedDrift = 2;

/** `bitloom bench cost`: the fitted cost models on designs that they were not fitted to. */
export const bench: BenchModule['bench'] = async () => {
  const { benchCostModel, modelledTechnologies, modelTargets } = await import('../flow/index.js');
  const done: CostBenchmark[] = [];
  for (const name of modelledTechnologies) {
    say(name);
    const [model, technology, samples] = [
      await readCostModel(name),
      await readTechnology(name),
      await readCostSamples(name),
    ];
    if (!model.ok) return model;
    if (!technology.ok) return technology;
    if (!samples.ok) return samples;
    const read = (file: string): string => readFileSync(`${packageFolder}${file}`, 'utf8');
    const made = await benchCostModel(model.value, technology.value, samples.value, read, 1);
    if (!made.ok) return made;
    done.push(made.value);
  }
  return success({
    document: { benchmarks: done, targets: modelTargets },
    text: [
      table([heading, ...done.flatMap(rows)]),
      '',
      table([kinds, ...done.flatMap(kindRows)]),
      '',
      ...done.map(line),
    ].join('\n'),
    agrees: done.every(({ drift }) => drift.every(({ percent }) => percent <= allowedDrift)),
  });
};

const heading = ['technology', 'figure', 'designs', 'mean error', 'bias', 'worst', 'rank'];

function rows({ name, errorPercent }: CostBenchmark): string[][] {
  return Object.entries(errorPercent).map(([figure, { designs, mean, bias, worst, rank }]) => [
    name,
    figure,
    String(designs),
    `${mean} %`,
    `${bias} %`,
    `${worst} %`,
    rank.toFixed(3),
  ]);
}

const kinds = ['technology', 'designs, mean errors', 'designs', 'area', 'delay', 'energy', 'leakage'];

function kindRows({ name, forms, classes }: CostBenchmark): string[][] {
  return [...forms.map(({ form, ...rest }) => ({ name: `made as ${form}`, ...rest })), ...classes].map(
    ({ name: kind, errorPercent }) => {
      const errors = Object.values(errorPercent);
      return [name, kind, String(errors[0]!.designs), ...errors.map(({ mean }) => `${mean} %`)];
    },
  );
}

function line({ name, designsPerSecond, drift, changed, large, sameForm }: CostBenchmark): string {
  const { known, built, builtSmall, elaborated } = designsPerSecond;
  const again = drift.map((one) => `${one.name} off by ${one.percent} %`).join(', ');
  const others = changed.length > 0 ? `; changed since: ${changed.join(', ')}` : '';
  const form = `${sameForm.same} of ${sameForm.of} designs that have bit heaps in the form that synthesis takes, ${large.length} larger ones left out`;
  return `${name}: ${form}; ${known} designs in a second of processor time with features at hand, ${built} from simplified designs (${builtSmall} of those of at most 500 elements), ${elaborated} from parameters; synthesised anew: ${again}${others}`;
}
