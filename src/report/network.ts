import type { RunReport } from '../nn/index.js';
import type { ReportPart } from './join.js';
import { plot, table, text, type Badge, type Cell, type Figure, type Section } from './model.js';
import { percent } from './numbers.js';
import type { Shape } from './shape.js';

/** Inner products replayed on the Verilog; undefined where there is no Verilator. */
export interface Replay {
  readonly products: number;
  readonly beats: number;
  readonly mismatches: number;
}

export function networkSection(
  model: string,
  data: string,
  run: RunReport,
  replay: Replay | undefined,
): Section {
  const rows = run.layers.map((layer): Cell[] => [
    ...[layer.name, layer.kind, layer.onDatapath ? 'on the datapath' : 'in float'],
    ...[layer.macs, layer.beats, layer.saturated, layer.overflows],
  ]);
  const columns = ['layer', 'operator', 'runs', 'products', 'beats', 'saturated', 'overflows'];
  return {
    title: 'Network',
    blocks: [
      text(
        `${model} on ${run.images} test images of ${data}: ${percent(run.accuracy)} on the datapath (95 % interval ${run.ci95.map(percent).join(' to ')}), ${percent(run.accuracyFloat)} in float; both give the same class for ${percent(run.agreement)}. Measured by running every image through the compiled datapath.`,
      ),
      text(
        replay
          ? `${replay.products} of these inner products (${replay.beats} beats) replayed on the Verilog under Verilator: ${replay.mismatches} mismatches.`
          : 'Verilator is not installed: no inner product was replayed on the Verilog.',
      ),
      table('Layers', { columns, rows }, 'the same run'),
    ],
  };
}

/** What `bitloom infer --json` prints, as far as it is shown. */
export interface InferenceResults {
  readonly model: string;
  readonly data: string;
  readonly datapath: string;
  readonly images: number;
  readonly accuracy: number;
  readonly accuracyFloat: number;
  readonly agreement: number;
  readonly ci95: readonly number[];
  readonly layers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly macs: number;
    readonly saturated: number;
    readonly overflows: number;
    readonly snrDb?: number | null;
  }[];
  readonly rtl: { readonly products: number; readonly mismatches: number };
}

export const inferenceShape: Shape = {
  ...{ model: 'text', data: 'text', datapath: 'text', images: 'number' },
  ...{ accuracy: 'number', accuracyFloat: 'number', agreement: 'number', ci95: ['number'] },
  layers: [
    {
      ...{ name: 'text', kind: 'text', macs: 'number', saturated: 'number', overflows: 'number' },
      snrDb: 'number?',
    },
  ],
  rtl: { products: 'number', mismatches: 'number' },
};

/** A network's run through datapaths, layer by layer. */
export function inferencePart(results: InferenceResults): ReportPart {
  const { model, data, datapath, images, accuracy, accuracyFloat, agreement, ci95, layers, rtl } = results;
  const source = `${model} on ${images} test images of ${data}, every product on ${datapath}`;
  const rows = layers.map(({ name, kind, snrDb, macs, saturated, overflows }): Cell[] => [
    ...[name, kind, snrDb ?? null, macs, saturated, overflows],
  ]);
  const columns = ['layer', 'operator', 'SNR dB', 'products', 'saturated', 'overflows'];
  const measured = { columns, rows: rows.filter((row) => row[2] !== null) };
  const mark = { kind: 'bars', x: 0, yName: 'SNR dB', ys: [2] } as const;
  const figures: Figure[] = [
    {
      label: 'Accuracy on the datapath',
      value: percent(accuracy),
      source: `95 % interval ${ci95.map(percent).join(' to ')}; ${source}`,
    },
    { label: 'Accuracy in float', value: percent(accuracyFloat), source: `${images} images in float` },
    { label: 'Same class as float', value: percent(agreement), source },
  ];
  return {
    title: `${model} on ${datapath}`,
    verdict: replayBadge(rtl),
    sections: [
      {
        title: 'Accuracy',
        blocks: [
          { kind: 'figures', figures },
          ...(measured.rows.length > 0
            ? [
                plot(
                  'Signal to error of each layer',
                  measured,
                  mark,
                  `${source}; error against the layer in float`,
                ),
              ]
            : []),
          table('Layers', { columns, rows }, source),
        ],
      },
    ],
    results,
  };
}

function replayBadge({ products, mismatches }: InferenceResults['rtl']): Badge {
  if (mismatches > 0)
    return { text: `FAILED: ${mismatches} inner products differ on the Verilog`, state: 'bad' };
  if (products === 0) return { text: 'no inner product was replayed on the Verilog', state: 'unknown' };
  return { text: `${products} inner products replayed on the Verilog: 0 mismatches`, state: 'good' };
}
