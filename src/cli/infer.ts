import type { Argument } from '../builder/index.js';
import type { Run } from './command.js';
import { readModel } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { cacheFolder } from './options.js';
import { fail, print, printJson, say, table, tell } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly model: string;
  readonly data: string;
  readonly images: number;
  readonly datapath: string;
  readonly normalisation: string;
  readonly rtl: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `bitloom infer`: a network's test images through a datapath, bit for bit. */
export const run: Run<Options> = async (_, options) => {
  const built = await readBuilt(options.datapath, options.p);
  const model = await readModel(options.model, options.normalisation);
  if (!built.ok || !model.ok) return fail([...built.diagnostics, ...model.diagnostics]);
  const flow = await import('../flow/index.js');
  const { data, images, seed } = options;
  const ready = await flow.prepareInference(model.value, built.value, {
    ...flow.inferDefaults,
    data,
    images,
    seed,
  });
  if (!ready.ok) return fail(ready.diagnostics);
  tell(ready.value.warnings);
  say(`running ${images} images through ${built.value.name}`);
  const report = flow.runInference(ready.value);
  if (!report.ok) return fail(report.diagnostics);
  const check =
    options.rtl > 0
      ? await flow.replayProducts(ready.value, built.value, { images: options.rtl }, cacheFolder())
      : undefined;
  if (check && !check.ok) return fail(check.diagnostics);
  const rtl = check?.value ?? { images: 0, products: 0, beats: 0, mismatches: 0 };
  if (options.json)
    printJson({
      schema: 1,
      model: options.model,
      data,
      datapath: built.value.name,
      seed,
      ...report.value,
      rtlChecked: rtl.products,
      rtl,
    });
  else printRun(report.value, rtl);
  return rtl.mismatches === 0 ? exit.done : exit.checkFailed;
};

function printRun(
  report: import('../nn/index.js').RunReport,
  rtl: { readonly products: number; readonly mismatches: number },
): void {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  print(
    table([
      ['images', String(report.images)],
      [
        'accuracy on the datapath',
        `${percent(report.accuracy)} (95 %: ${report.ci95.map(percent).join(' to ')})`,
      ],
      ['accuracy in float', percent(report.accuracyFloat)],
      ['same class as float', percent(report.agreement)],
      ['products on the datapath', String(report.macs)],
      ['seconds', report.seconds.toFixed(1)],
      ['inner products replayed under Verilator', `${rtl.products}, ${rtl.mismatches} mismatches`],
    ]),
  );
  print(
    table([
      ['layer', 'operator', 'where', 'saturated', 'overflows'],
      ...report.layers.map((layer) => [
        layer.name,
        layer.kind,
        layer.where,
        layer.saturated,
        layer.overflows,
      ]),
    ]),
  );
}
