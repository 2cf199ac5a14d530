import type { Diagnostic } from '../base/index.js';
import { fault } from '../base/index.js';
import type { FixedCheck } from '../flow/index.js';
import type { FixedReport } from '../nn/index.js';
import { packageFolder, readModel } from './data.js';
import { readDefinition } from './design.js';
import { exit } from './exit.js';
import { cacheFolder } from './options.js';
import { fail, print, printJson, say, table, tell } from './terminal.js';

export interface FixedOptions {
  readonly model: string;
  readonly data: string;
  readonly images: number;
  readonly normalisation: string;
  readonly size?: Readonly<Record<string, number>>;
  readonly fixed: number;
  readonly fraction?: number;
  readonly datapath?: readonly string[];
  readonly quant?: string;
  readonly tech?: string;
  readonly rtl: number | 'all';
  readonly seed: number;
  readonly json?: boolean;
}

/** The neuron that results are computed again by. */
const neuronFile = `${packageFolder}examples/fixed-neuron.dp`;

/** `bitloom infer --fixed`: a network in fixed point, every result of a layer as a neuron of the library of examples gives it. */
export async function runFixed(options: FixedOptions): Promise<number> {
  const model = await readModel(options.model, options.normalisation, options.size);
  const neuron = await readDefinition(neuronFile);
  const found = [...unsuitable(options), ...[model, neuron].flatMap(({ diagnostics }) => diagnostics)];
  if (!model.ok || !neuron.ok || found.length > 0) return fail(found);
  const flow = await import('../flow/index.js');
  const { data, images, seed, fixed: bits, fraction } = options;
  const wish = { ...flow.inferDefaults, data, images, seed };
  const ready = await flow.prepareFixed(model.value, wish, {
    bits,
    ...(fraction !== undefined && { fraction }),
  });
  if (!ready.ok) return fail(ready.diagnostics);
  tell(ready.diagnostics);
  say(`running ${ready.value.workload.images.count} samples in fixed point of ${bits} bits`);
  const report = flow.runFixedPoint(ready.value);
  if (!report.ok) return fail(report.diagnostics);
  const wanted = options.rtl === 'all' ? report.value.images : options.rtl;
  const check =
    wanted > 0 ? await flow.replayFixed(ready.value, neuron.value, wanted, cacheFolder()) : undefined;
  if (check && !check.ok) return fail(check.diagnostics);
  const rtl = check?.value ?? { images: 0, designs: 0, results: 0, beats: 0, mismatches: 0 };
  if (options.json)
    printJson({
      ...{ schema: 1, model: options.model, data, seed },
      ...report.value,
      ...{ rtlChecked: rtl.results, rtl },
    });
  else printRun(report.value, rtl);
  return rtl.mismatches === 0 ? exit.done : exit.checkFailed;
}

/** Options that say something of datapaths in integers with scales. */
function unsuitable(options: FixedOptions): Diagnostic[] {
  return (['datapath', 'quant', 'tech'] as const).flatMap((name) =>
    options[name] === undefined
      ? []
      : [
          fault('infer-fixed', `--${name} does not go with --fixed`, {
            hint: 'results in fixed point are those of the neuron in examples/fixed-neuron.dp',
          }),
        ],
  );
}

function printRun(report: FixedReport, rtl: FixedCheck): void {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const decibels = (value: number | null): string => value?.toFixed(1) ?? '';
  const { bits, fraction, ci95 } = report;
  print(
    table([
      ['samples', String(report.images)],
      [
        'format',
        `${bits} bits, ${fraction === null ? 'the point by range' : `${fraction} behind the point`}`,
      ],
      ['accuracy in fixed point', `${percent(report.accuracy)} (95 %: ${ci95.map(percent).join(' to ')})`],
      ['accuracy in float', percent(report.accuracyFloat)],
      ['same class as float', percent(report.agreement)],
      [
        'scores against float',
        `SNR ${decibels(report.scoreSnrDb)} dB, greatest error ${report.worstScoreError.toExponential(2)}`,
      ],
      ['products', String(report.macs)],
      [
        'results computed again under Verilator',
        `${rtl.results}, all of ${rtl.images} samples; ${rtl.mismatches} mismatches`,
      ],
    ]),
  );
  if (rtl.first) {
    const { layer, image, found, expected } = rtl.first;
    print(`first: layer ${layer}, sample ${image}: ${found}, due is ${expected}`);
  }
  print(
    table([
      ['layer', 'operator', 'where', 'behind the point', 'products', 'SNR dB', 'saturated', 'clipped'],
      ...report.layers.map((layer) => [
        layer.name,
        layer.kind,
        layer.where,
        layer.fractions ? `${layer.fractions.slice(0, 2).join(' × ')} → ${layer.fractions[2]}` : '',
        layer.macs || '',
        decibels(layer.snrDb),
        layer.saturated,
        layer.clipped,
      ]),
    ]),
  );
}
