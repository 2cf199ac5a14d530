import { plot, type Cell, type Data, type PlotBlock } from './model.js';

interface Drawn {
  readonly file: string;
  readonly list: RegExp;
  readonly mark: 'lines' | 'bars';
  /** Columns that are told apart along the bottom; a line has one. */
  readonly x: readonly string[];
  readonly ys: readonly string[];
  /** Columns whose words make a series each of every y. */
  readonly by?: readonly string[];
  readonly yName: string;
}

/** Which lists are drawn too, and over what. */
const drawn: readonly Drawn[] = [
  {
    ...{ file: 'mc-ipu', list: /^cyclesPerPass$/, mark: 'lines' },
    ...{ x: ['tree'], ys: ['mean', 'expected', 'worst'], yName: 'cycles a pass' },
  },
  {
    ...{ file: 'mc-ipu', list: /^passesByCycles$/, mark: 'bars', x: ['cycles'], yName: 'vectors' },
    ys: ['tree12', 'tree14', 'tree16', 'tree20', 'tree24', 'tree28'],
  },
  {
    ...{ file: 'mc-ipu', list: /^clusters$/, mark: 'bars' },
    ...{ x: ['tree', 'units'], ys: ['lockStep', 'ideal'], yName: 'cycles a job' },
  },
  {
    ...{ file: 'hbm', list: /^plans$/, mark: 'bars', x: ['model', 'plan'], yName: 'ns an item' },
    ys: ['publishedNs', 'closedNs', 'simulatedNs', 'boundNs'],
  },
  {
    ...{ file: 'hbm', list: /rows$/, mark: 'lines', x: ['elements'], by: ['rounds'], yName: 'ns' },
    ys: ['publishedNs', 'simulatedNs'],
  },
  {
    ...{ file: 'bit-selection', list: /selected$/, mark: 'lines' },
    ...{ x: ['average'], ys: ['sqnrDb'], by: ['rule'], yName: 'SQNR dB' },
  },
  {
    ...{ file: 'adder-sharing', list: /forms$/, mark: 'bars' },
    ...{ x: ['data', 'outputs', 'average'], ys: ['adders'], by: ['share'], yName: 'adders' },
  },
  {
    ...{ file: 'bitheap', list: /^results$/, mark: 'bars' },
    ...{ x: ['design', 'technology'], ys: ['delayPs'], by: ['form'], yName: 'critical path ps' },
  },
  {
    ...{ file: 'energy-45nm', list: /^operations$/, mark: 'bars' },
    ...{ x: ['operation'], ys: ['energyPj', 'published energyPj'], yName: 'pJ' },
  },
  {
    ...{ file: 'mixed-precision', list: /units$/, mark: 'bars', x: ['technology', 'unit'] },
    ...{ ys: ['int4 teraPerMm2', 'fp16 teraPerMm2'], yName: 'tera-operations a second and mm2' },
  },
  {
    ...{ file: 'vs-quant', list: /^vectors/, mark: 'lines' },
    ...{ x: ['bitsPerElement'], ys: ['sqnrDb'], by: ['scaleBits'], yName: 'SQNR dB' },
  },
];

/** The plots of a list of records; none where it is unknown or has other columns than it had. */
export function plotsOf(file: string, path: string, data: Data, source: string): PlotBlock[] {
  return drawn
    .filter((one) => one.file === file && one.list.test(path))
    .flatMap((one) => {
      const shown = pivoted(data, one);
      if (!shown) return [];
      const ys = shown.columns.slice(1).map((_, at) => at + 1);
      const series = ys.map((y) => ({ name: shown.columns[y]!, y }));
      const mark =
        one.mark === 'lines'
          ? ({ kind: 'lines', x: 0, yName: one.yName, series } as const)
          : ({ kind: 'bars', x: 0, yName: one.yName, ys } as const);
      return [plot(`${one.yName} of ${path}`, shown, mark, source)];
    });
}

/** A row for each place along the bottom, a column for each series. */
function pivoted({ columns, rows }: Data, { x, ys, by = [] }: Drawn): Data | undefined {
  const positions = (names: readonly string[]): number[] => names.map((name) => columns.indexOf(name));
  const [places, series, values] = [positions(x), positions(by), positions(ys).filter((at) => at >= 0)];
  if ([...places, ...series].includes(-1) || values.length === 0) return undefined;
  const lines = new Map<Cell, Map<string, Cell>>();
  const names = new Set<string>();
  for (const row of rows) {
    const place = places.length === 1 ? row[places[0]!]! : wordsOf(columns, row, places);
    const line = lines.get(place) ?? new Map<string, Cell>();
    lines.set(place, line);
    for (const at of values) {
      const own = wordsOf(columns, row, series);
      const name = own === '' ? columns[at]! : values.length === 1 ? own : `${columns[at]}, ${own}`;
      names.add(name);
      line.set(name, row[at]!);
    }
  }
  const inOrder = [...lines].sort(([a], [b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  const cells = inOrder.map(([place, line]) => [place, ...[...names].map((name) => line.get(name) ?? null)]);
  return { columns: [x.join(', '), ...names], rows: cells };
}

/** Numbers and truths are told with the name of their column. */
function wordsOf(columns: readonly string[], row: readonly Cell[], positions: readonly number[]): string {
  const words = positions.map((at) => {
    const cell = row[at]!;
    const isPlain = typeof cell === 'string' && cell !== 'true' && cell !== 'false';
    return isPlain ? cell : `${columns[at]} ${cell}`;
  });
  return words.join(', ');
}
