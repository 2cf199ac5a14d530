import { fault, type Diagnostic } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { ModelledFigure } from '../cost/index.js';
import type { Run } from './command.js';
import { productRows, triedText } from './cost-text.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { readCostModel } from './model-data.js';
import { fail, print, printJson, table } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly tech: string;
  readonly liberty?: readonly string[];
  readonly clock?: number;
  readonly voltage?: number;
  readonly activity?: readonly string[];
  readonly model?: string;
  readonly arith: 'auto' | 'behavioural' | 'bitheap';
  readonly json?: boolean;
}

/** `bitloom cost FILE --tech T --mode model`: the same figures from a fitted model, without synthesis. */
export const run: Run<Options> = async (file, options) => {
  const wrong = refused(options);
  const model = await readCostModel(options.tech);
  const built = await readBuilt(file!, options.p);
  if (wrong.length > 0 || !model.ok || !built.ok)
    return fail([...wrong, ...[model, built].flatMap(({ diagnostics }) => diagnostics)]);
  const { modelSources } = await import('../cost/index.js');
  const { modelDesign, modelForms, perProduct } = await import('../flow/index.js');
  const { written, simplified, optimised } = built.value;
  const found = modelDesign(modelForms(simplified, optimised), model.value, options.arith);
  if (!found.ok) return fail(found.diagnostics);
  const cost = perProduct({ ...found.value, sources: modelSources(model.value) }, written);
  const { errorPercent } = model.value;
  const origin = 'modelled';
  if (options.json)
    printJson({
      schema: 1,
      design: built.value.name,
      parameters: options.p,
      mode: 'model',
      ...cost,
      cells: null,
      breakdown: [],
      origin: Object.fromEntries(Object.keys(errorPercent).map((figure) => [figure, origin])),
      errorPercent,
      activity: { source: 'uniform random words on every input', annotatedPercent: 100 },
    });
  else {
    const off = (figure: ModelledFigure): string => `modelled, ± ${errorPercent[figure].mean} % in the mean`;
    const fmax = cost.fmaxMhz === null ? 'no path' : `${cost.fmaxMhz.toFixed(0)} MHz`;
    print(
      table([
        ['technology', cost.technology, ''],
        ['area', `${cost.areaUm2.toFixed(1)} um2`, off('areaUm2')],
        ['critical path', `${cost.delayPs.toFixed(0)} ps`, off('delayPs')],
        ['Fmax', fmax, off('delayPs')],
        ['energy', `${cost.energyFjPerCycle.toFixed(0)} fJ per cycle`, off('energyFjPerCycle')],
        ...productRows(cost).map((row) => [...row, '']),
        ['leakage', `${cost.leakageNw.toPrecision(4)} nW`, off('leakageNw')],
        ['elements', String(cost.elements), `of them ${cost.registers} registers`],
        ['arithmetic', cost.arithmetic.chosen, triedText(cost.arithmetic)],
      ]),
    );
    print('sources');
    for (const source of cost.sources) print(`  ${source.figure} (${source.origin}): ${source.from}`);
  }
  return exit.done;
};

/** What only synthesis can answer. */
function refused({ liberty, clock, voltage, activity = [], model }: Options): Diagnostic[] {
  const wants = [
    ...(liberty ? ['--liberty'] : []),
    ...(clock === undefined ? [] : ['--clock']),
    ...(voltage === undefined ? [] : ['--voltage']),
    ...activity.filter((one) => one !== 'random').map((one) => `--activity ${one}`),
    ...(model === undefined ? [] : ['--model']),
  ];
  return wants.map((option) =>
    fault('model-cannot', `the model has no answer to ${option}`, {
      hint: 'leave it out, or use --mode synth',
    }),
  );
}
