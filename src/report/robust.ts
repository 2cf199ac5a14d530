import type { ReportPart } from './join.js';
import { plot, table, text, type Block, type Cell, type Data } from './model.js';
import { percent } from './numbers.js';
import type { Shape } from './shape.js';

/** What `bitloom robust --json` prints, as far as it is shown. */
export interface RobustResults {
  readonly model: string;
  readonly data: string;
  readonly bits: number;
  readonly chips: number;
  readonly samples: number;
  readonly seed: number;
  readonly schemes: readonly RobustScheme[];
  readonly curve: { readonly name: string; readonly source: { readonly title: string } };
}

interface RobustScheme {
  readonly scheme: string;
  /** A share of the samples, as are the errors below. */
  readonly cleanError: number;
  readonly rates: readonly {
    readonly p: number;
    readonly voltage?: number | null;
    readonly energy?: number | null;
    readonly rerr: number;
    readonly ci95: readonly (number | null)[];
    readonly worst: number;
  }[];
}

export const robustShape: Shape = {
  ...{ model: 'text', data: 'text', bits: 'number', chips: 'number', samples: 'number', seed: 'number' },
  schemes: [
    {
      scheme: 'text',
      cleanError: 'number',
      rates: [
        {
          ...{ p: 'number', voltage: 'number?', energy: 'number?', rerr: 'number', worst: 'number' },
          ci95: ['number?'],
        },
      ],
    },
  ],
  curve: { name: 'text', source: { title: 'text' } },
};

/** A network's error with bit errors in the memory of its weights. */
export function robustPart(results: RobustResults): ReportPart {
  const { model, data, bits, chips, samples, seed, schemes, curve } = results;
  const source = `${model} on ${samples} samples of ${data}, ${bits} bits a weight, ${chips} chips from seed ${seed}; mean over the chips, 95 % interval`;
  const voltages = `${source}; voltage and energy by ${curve.name}: ${curve.source.title}`;
  const clean = schemes.map(({ scheme, cleanError }) => `${scheme} ${percent(cleanError)}`).join(', ');
  return {
    title: `Bit errors in ${model}`,
    verdict: { text: `${chips} chips, ${samples} samples, seed ${seed}`, state: 'unknown' },
    sections: [
      {
        title: 'Robustness',
        blocks: [
          text(`Error without bit errors: ${clean}.`),
          ...errorPlot(schemes, 'p', 'bit error rate', true, source),
          ...errorPlot(schemes, 'voltage', 'voltage, relative', false, voltages),
          ...energyPlot(schemes, voltages),
          rateTable(schemes, voltages),
        ],
      },
    ],
    results,
  };
}

/** Errors in percent over rates or voltages, all schemes with their intervals. */
function errorPlot(
  schemes: readonly RobustScheme[],
  over: 'p' | 'voltage',
  name: string,
  logX: boolean,
  source: string,
): Block[] {
  const at = (rate: RobustScheme['rates'][number]): number | null => rate[over] ?? null;
  const places = [...new Set(schemes.flatMap(({ rates }) => rates.map(at)))];
  const known = places.filter((x): x is number => x !== null && (!logX || x > 0)).sort((a, b) => a - b);
  if (known.length === 0) return [];
  const hundred = (share: number | null | undefined): Cell =>
    share === null || share === undefined ? null : 100 * share;
  const data: Data = {
    columns: [
      name,
      ...schemes.flatMap(({ scheme }) => [`${scheme} error %`, `${scheme} from`, `${scheme} to`]),
    ],
    rows: known.map((x) => [
      x,
      ...schemes.flatMap(({ rates }) => {
        const rate = rates.find((one) => at(one) === x);
        return [hundred(rate?.rerr), hundred(rate?.ci95[0]), hundred(rate?.ci95[1])];
      }),
    ]),
  };
  const series = schemes.map(({ scheme }, i) => ({
    name: scheme,
    y: 3 * i + 1,
    band: [3 * i + 2, 3 * i + 3] as const,
  }));
  return [
    plot(`Error against ${name}`, data, { kind: 'lines', x: 0, logX, yName: 'error %', series }, source),
  ];
}

/** The energy of the memory against its voltage: the same for all schemes. */
function energyPlot(schemes: readonly RobustScheme[], source: string): Block[] {
  const rows = (schemes[0]?.rates ?? []).flatMap(({ voltage, energy }) =>
    typeof voltage === 'number' && typeof energy === 'number' ? [[voltage, energy]] : [],
  );
  if (rows.length < 2) return [];
  rows.sort((a, b) => a[0]! - b[0]!);
  const columns = ['voltage, relative', 'energy, relative'];
  const mark = { kind: 'lines', x: 0, yName: columns[1]!, series: [{ name: 'energy', y: 1 }] } as const;
  return [plot('Energy against voltage', { columns, rows }, mark, source)];
}

function rateTable(schemes: readonly RobustScheme[], source: string): Block {
  const rows = schemes.flatMap(({ scheme, rates }) =>
    rates.map(({ p, voltage, energy, rerr, ci95, worst }): Cell[] => [
      ...[scheme, p, voltage ?? null, energy ?? null],
      ...[
        100 * rerr,
        ...[0, 1].map((end) => (typeof ci95[end] === 'number' ? 100 * ci95[end] : null)),
        100 * worst,
      ],
    ]),
  );
  const columns = [
    'scheme',
    'bit error rate',
    'voltage',
    'energy',
    'error %',
    '95 % from',
    'to',
    'worst chip %',
  ];
  return table('Errors', { columns, rows }, source);
}
