import type { ReportPart } from './join.js';
import { plot, table, type Block, type Cell, type Figure } from './model.js';
import { percent } from './numbers.js';
import type { Shape } from './shape.js';

/** What `bitloom infer --fixed --json` prints, as far as it is shown. */
export interface FixedResults {
  readonly model: string;
  readonly data: string;
  readonly bits: number;
  readonly images: number;
  readonly accuracy: number;
  readonly accuracyFloat: number;
  readonly agreement: number;
  readonly ci95: readonly number[];
  readonly worstScoreError: number;
  readonly scoreSnrDb?: number | null;
  readonly layers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly where: string;
    /** Bits behind the point: of inputs, of weights, and of results. */
    readonly fractions?: readonly number[] | null;
    readonly macs: number;
    readonly saturated: number;
    readonly clipped: number;
    readonly snrDb?: number | null;
  }[];
  readonly rtl: { readonly results: number; readonly mismatches: number };
}

export const fixedShape: Shape = {
  ...{ model: 'text', data: 'text', bits: 'number', images: 'number', worstScoreError: 'number' },
  ...{ accuracy: 'number', accuracyFloat: 'number', agreement: 'number', ci95: ['number'] },
  scoreSnrDb: 'number?',
  layers: [
    {
      ...{
        name: 'text',
        kind: 'text',
        where: 'text',
        macs: 'number',
        saturated: 'number',
        clipped: 'number',
      },
      ...{ snrDb: 'number?', 'fractions?': ['number'] },
    },
  ],
  rtl: { results: 'number', mismatches: 'number' },
};

/** A network's run in fixed point. */
export function fixedPart(results: FixedResults): ReportPart {
  const { model, data, bits, images, layers, rtl } = results;
  const source = `${model} on ${images} test samples of ${data} in fixed point of ${bits} bits`;
  const rows = layers.map((layer): Cell[] => [
    ...[layer.name, layer.kind, layer.where, layer.fractions?.join(', ') ?? null, layer.macs],
    ...[layer.snrDb ?? null, layer.saturated, layer.clipped],
  ]);
  const columns = [
    ...['layer', 'operator', 'runs', 'bits behind the point of inputs, weights, results', 'products'],
    ...['SNR dB', 'saturated', 'clipped'],
  ];
  const isReplayed = rtl.results > 0;
  return {
    title: `${model} in ${bits} bits`,
    verdict: isReplayed
      ? {
          text: `${rtl.results} results computed again on the Verilog: ${rtl.mismatches} mismatches`,
          state: rtl.mismatches === 0 ? 'good' : 'bad',
        }
      : { text: 'no result was computed again on the Verilog', state: 'unknown' },
    sections: [
      {
        title: 'Accuracy',
        blocks: [
          { kind: 'figures', figures: figuresOf(results, source) },
          ...noisePlot(layers, source),
          table('Layers', { columns, rows }, source),
        ],
      },
    ],
    results,
  };
}

function figuresOf(results: FixedResults, source: string): Figure[] {
  const { accuracy, accuracyFloat, agreement, ci95, scoreSnrDb, worstScoreError } = results;
  const noise = typeof scoreSnrDb === 'number' ? `${Number(scoreSnrDb.toFixed(1))} dB` : 'unknown';
  return [
    {
      label: 'Accuracy in fixed point',
      value: percent(accuracy),
      source: `95 % interval ${ci95.map(percent).join(' to ')}; ${source}`,
    },
    { label: 'Accuracy in float', value: percent(accuracyFloat), source: 'the same samples in float' },
    { label: 'Same class as float', value: percent(agreement), source },
    {
      label: 'Scores, signal to error',
      value: noise,
      source: `greatest error ${Number(worstScoreError.toPrecision(3))}; against float`,
    },
  ];
}

function noisePlot(layers: FixedResults['layers'], source: string): Block[] {
  const rows = layers.flatMap(({ name, snrDb }): Cell[][] =>
    typeof snrDb === 'number' ? [[name, snrDb]] : [],
  );
  if (rows.length === 0) return [];
  const data = { columns: ['layer', 'SNR dB'], rows };
  const mark = { kind: 'bars', x: 0, yName: 'SNR dB', ys: [1] } as const;
  return [plot('Signal to error of each layer', data, mark, `${source}; against the layer in float`)];
}
