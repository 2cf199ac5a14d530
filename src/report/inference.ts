import type { ReportPart } from './join.js';
import { exponentBlocks, sumBlocks } from './layer-histograms.js';
import { plot, table, text, type Badge, type Block, type Cell, type Figure, type Section } from './model.js';
import { percent } from './numbers.js';
import type { Shape } from './shape.js';

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
  readonly layers: readonly InferenceLayer[];
  readonly hardware?: readonly DatapathUse[] | null;
  readonly nibbleCycles?: readonly { readonly tree: number; readonly cyclesPerPass: number }[] | null;
  readonly rtl: { readonly products: number; readonly mismatches: number };
}

/** A step of the network; only those on a datapath were studied. */
export interface InferenceLayer {
  readonly name: string;
  readonly kind: string;
  readonly macs: number;
  readonly saturated: number;
  readonly overflows: number;
  readonly clipped?: number | null;
  readonly outputs?: number | null;
  /** `datapath`, `integers` or `float` */
  readonly where?: string | null;
  readonly datapath?: string | null;
  readonly bits?: { readonly weights: number; readonly activations: number } | null;
  readonly tiling?: {
    readonly depth: number;
    readonly accumulatorBits?: number | null;
    readonly roundings: readonly string[];
  } | null;
  readonly snrDb?: number | null;
  readonly accumulatorBits?: readonly number[] | null;
  readonly exponents?: { readonly products: number; readonly differences: readonly number[] } | null;
}

interface DatapathUse {
  readonly datapath: string;
  readonly layers: readonly string[];
  readonly beatsPerImage: number;
  readonly latency: number;
  readonly cyclesPerImage: number;
  readonly utilisation: number;
  readonly energy?: {
    readonly technology: string;
    readonly energyFjPerCycle: number;
    readonly energyFjPerImage: number;
  } | null;
}

export const inferenceShape: Shape = {
  ...{ model: 'text', data: 'text', datapath: 'text', images: 'number' },
  ...{ accuracy: 'number', accuracyFloat: 'number', agreement: 'number', ci95: ['number'] },
  layers: [
    {
      ...{ name: 'text', kind: 'text', macs: 'number', saturated: 'number', overflows: 'number' },
      ...{ snrDb: 'number?', clipped: 'number?', outputs: 'number?', where: 'text?', datapath: 'text?' },
      'bits?': { weights: 'number', activations: 'number' },
      'tiling?': { depth: 'number', accumulatorBits: 'number?', roundings: ['text'] },
      'accumulatorBits?': ['number'],
      'exponents?': { products: 'number', differences: ['number'] },
    },
  ],
  'hardware?': [
    {
      ...{ datapath: 'text', layers: ['text'], beatsPerImage: 'number', latency: 'number' },
      ...{ cyclesPerImage: 'number', utilisation: 'number' },
      'energy?': { technology: 'text', energyFjPerCycle: 'number', energyFjPerImage: 'number' },
    },
  ],
  'nibbleCycles?': [{ tree: 'number', cyclesPerPass: 'number' }],
  rtl: { products: 'number', mismatches: 'number' },
};

/** A network's run through datapaths: how well, layer by layer, how wide its sums get, and what an image takes. */
export function inferencePart(results: InferenceResults): ReportPart {
  const { model, data, datapath, images, layers, hardware, nibbleCycles } = results;
  const run = `${model} on ${images} test images of ${data}`;
  const source = `${run}, every product on ${datapath}, counted as it ran`;
  const sections: Section[] = [
    {
      title: 'Accuracy',
      blocks: [{ kind: 'figures', figures: figuresOf(results, source) }, ...noiseBlocks(layers, run)],
    },
    { title: 'Layers', blocks: layerBlocks(layers, source) },
    { title: 'Sums', blocks: sumBlocks(layers, run) },
    { title: 'Exponents', blocks: exponentBlocks(layers, nibbleCycles ?? [], run) },
    { title: 'Cycles and energy', blocks: hardwareBlocks(hardware ?? [], images) },
  ];
  return {
    title: `${model} on ${datapath}`,
    verdict: replayBadge(results.rtl),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    results,
  };
}

function figuresOf(results: InferenceResults, source: string): Figure[] {
  const { accuracy, accuracyFloat, agreement, ci95, images, layers, hardware } = results;
  const overflows = layers.reduce((sum, layer) => sum + layer.overflows, 0);
  const used = hardware ?? [];
  const cycles = used.reduce((sum, { cyclesPerImage }) => sum + cyclesPerImage, 0);
  const energies = used.flatMap(({ energy }) => (energy ? [energy] : []));
  const energyNj = energies.reduce((sum, { energyFjPerImage }) => sum + energyFjPerImage, 0) / 1e6;
  return [
    {
      label: 'Accuracy on the datapath',
      value: percent(accuracy),
      source: `95 % interval ${ci95.map(percent).join(' to ')}; ${source}`,
    },
    { label: 'Accuracy in float', value: percent(accuracyFloat), source: `${images} images in float` },
    { label: 'Same class as float', value: percent(agreement), source },
    { label: 'Overflows', value: String(overflows), source: 'sums that an accumulator could not hold' },
    ...(used.length > 0
      ? [
          {
            label: 'Cycles an image',
            value: String(Math.round(cycles)),
            source: 'one unit, layer after layer',
          },
        ]
      : []),
    ...(energies.length > 0
      ? [
          {
            label: 'Energy an image',
            value: `${Number(energyNj.toPrecision(4))} nJ`,
            source: `${energies[0]!.technology}, mapped and simulated on the network's own data`,
          },
        ]
      : []),
  ];
}

/** How far results of layers are from float. */
function noiseBlocks(layers: readonly InferenceLayer[], run: string): Block[] {
  const rows = layers.flatMap(({ name, snrDb }): Cell[][] =>
    typeof snrDb === 'number' ? [[name, snrDb]] : [],
  );
  if (rows.length === 0) return [];
  const data = { columns: ['layer', 'SNR dB'], rows };
  const source = `${run}, the first of them; a layer's results against those in float, all layers before quantised too`;
  return [
    plot('Signal to error of each layer', data, { kind: 'bars', x: 0, yName: 'SNR dB', ys: [1] }, source),
  ];
}

function layerBlocks(layers: readonly InferenceLayer[], source: string): Block[] {
  const rows = layers.map((layer): Cell[] => {
    const { name, kind, bits, macs, saturated, clipped, overflows, outputs } = layer;
    const shown = bits ? `${shortly(bits.weights)} × ${shortly(bits.activations)}` : null;
    return [
      ...[name, kind, layer.datapath ?? layer.where ?? null, shown, layer.tiling?.depth ?? null, macs],
      ...[layer.snrDb ?? null, outputs ?? null, saturated, clipped ?? null, overflows],
    ];
  });
  const columns = [
    ...['layer', 'operator', 'runs', 'bits of weights × activations', 'terms', 'products'],
    ...['SNR dB', 'results', 'saturated', 'clipped', 'overflows'],
  ];
  const roundings = layers.flatMap(({ name, tiling }): Cell[][] =>
    (tiling?.roundings ?? []).map((what) => [name, tiling!.accumulatorBits ?? null, what]),
  );
  return [
    text(
      'Saturated are results that did not fit the width of their codes, clipped are numbers beyond the codes that a layer reads, and overflows are sums that the accumulator could not hold.',
    ),
    ...lossPlot(layers, source),
    table('Layers', { columns, rows }, source),
    ...(roundings.length > 0
      ? [
          table(
            'Accumulators, and what is rounded behind them',
            { columns: ['layer', 'bits of the accumulator', 'rounding'], rows: roundings },
            'the datapath, and the arithmetic of quantisation',
          ),
        ]
      : []),
  ];
}

/** Less of a percent than this is for the table alone. */
const shownPercent = 0.01;

/** Shares of results that were held at an end, where there are some. */
function lossPlot(layers: readonly InferenceLayer[], source: string): Block[] {
  const share = (count: number, outputs: number): number => (100 * count) / outputs;
  const rows = layers.flatMap(({ name, outputs, saturated, overflows }): Cell[][] =>
    outputs ? [[name, share(saturated, outputs), share(overflows, outputs)]] : [],
  );
  if (!rows.some(([, ...shares]) => shares.some((one) => Number(one) >= shownPercent))) return [];
  const columns = ['layer', 'saturated %', 'overflows %'];
  const mark = { kind: 'bars', x: 0, yName: '% of results', ys: [1, 2] } as const;
  return [plot('Results that did not fit', { columns, rows }, mark, source)];
}

function hardwareBlocks(hardware: readonly DatapathUse[], images: number): Block[] {
  if (hardware.length === 0) return [];
  const rows = hardware.map((use): Cell[] => [
    ...[use.datapath, use.layers.join(', '), use.beatsPerImage, use.latency, use.cyclesPerImage],
    ...[100 * use.utilisation, use.energy?.technology ?? null, use.energy?.energyFjPerCycle ?? null],
    use.energy ? use.energy.energyFjPerImage / 1e6 : null,
  ]);
  const columns = [
    ...['datapath', 'layers', 'beats', 'latency', 'cycles', 'lanes in use %'],
    ...['technology', 'energy a cycle fJ', 'energy an image nJ'],
  ];
  const counted = `beats and cycles of one image, counted over ${images}: one unit, a beat in every cycle, layer after layer`;
  const isKnown = hardware.some(({ energy }) => energy);
  return [
    table(
      'What an image takes',
      { columns, rows },
      isKnown ? `${counted}; energy of the mapped cells on beats of the network's own data` : counted,
    ),
  ];
}

function shortly(bits: number): string {
  return String(Number(bits.toFixed(2)));
}

function replayBadge({ products, mismatches }: InferenceResults['rtl']): Badge {
  if (mismatches > 0)
    return { text: `FAILED: ${mismatches} inner products differ on the Verilog`, state: 'bad' };
  if (products === 0) return { text: 'no inner product was replayed on the Verilog', state: 'unknown' };
  return { text: `${products} inner products replayed on the Verilog: 0 mismatches`, state: 'good' };
}
