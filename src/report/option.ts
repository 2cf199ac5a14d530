import type { Bars, Data, Lines, Mark, PlotBlock, Points, Treemap } from './model.js';

/** What ECharts draws: plain JSON. Rows stand apart, in the first data set, where `rows` puts them. */
export type ChartOption = Readonly<Record<string, unknown>>;

/** Told apart by people who see fewer colours too (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c7ae6', '#7f7f7f'];

/** The option of a plot, without its rows. */
export function optionOf({ data, mark }: PlotBlock): ChartOption {
  return { animation: false, color: colours, backgroundColor: 'transparent', ...byKind(data, mark) };
}

/** The option with its rows in place, as `optionOf` leaves them out. */
export function withRows(option: ChartOption, { columns, rows }: Data): ChartOption {
  const sets = option['dataset'] as readonly object[] | undefined;
  if (!sets) return option;
  return { ...option, dataset: [{ dimensions: columns, source: rows }, ...sets.slice(1)] };
}

function byKind(data: Data, mark: Mark): ChartOption {
  switch (mark.kind) {
    case 'lines':
      return lines(data, mark);
    case 'bars':
      return bars(data, mark);
    case 'points':
      return points(data, mark);
    case 'treemap':
      return treemap(data, mark);
  }
}

const grid = { left: 16, right: 32, top: 48, bottom: 40, containLabel: true };

function axis(name: string, type: 'value' | 'log' | 'category', place: 'x' | 'y'): object {
  const where =
    place === 'x'
      ? { nameLocation: 'middle', nameGap: 28 }
      : { nameLocation: 'end', nameTextStyle: { align: 'left' } };
  return { type, name, scale: type === 'value', ...where, axisLabel: { hideOverlap: true } };
}

function lines({ columns, rows }: Data, mark: Lines): ChartOption {
  const bands = mark.series.flatMap(({ name, band }, i) => {
    if (!band) return [];
    const known = rows.filter((row) => band.every((at) => typeof row[at] === 'number'));
    const [low, high] = [0, 1].map((end) =>
      known.map((row) => [row[mark.x] as number, row[band[end as 0 | 1]] as number] as const),
    );
    const size = high!.map(([x, y], k) => [x, y - low![k]![1]]);
    const quiet = {
      type: 'line',
      stack: `band ${i}`,
      symbol: 'none',
      silent: true,
      tooltip: { show: false },
    };
    const hidden = { ...quiet, lineStyle: { opacity: 0 }, color: colours[i % colours.length] };
    return [
      { ...hidden, data: low, stackStrategy: 'all' },
      { ...hidden, name, data: size, stackStrategy: 'all', areaStyle: { opacity: 0.2 } },
    ];
  });
  return {
    grid,
    dataset: [{}],
    tooltip: { trigger: 'axis', confine: true },
    ...legendOf(mark.series.map(({ name }) => name)),
    xAxis: axis(columns[mark.x]!, mark.logX ? 'log' : 'value', 'x'),
    yAxis: axis(mark.yName, 'value', 'y'),
    dataZoom: zoom,
    series: [
      ...mark.series.map(({ name, y }, i) => ({
        type: 'line',
        name,
        color: colours[i % colours.length],
        encode: { x: mark.x, y },
        connectNulls: true,
        symbolSize: 7,
      })),
      ...bands,
    ],
  };
}

/** One series needs no legend: the axis says what it is. */
function legendOf(names: readonly string[]): object {
  return names.length > 1 ? { legend: { type: 'scroll', top: 0, data: names } } : {};
}

/** The wheel zooms with Ctrl held, as it is to scroll the page otherwise; a slider would not fit a phone. */
const zoom = [{ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' }];

function bars({ columns }: Data, mark: Bars): ChartOption {
  return {
    grid,
    dataset: [{}],
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true },
    ...legendOf(mark.ys.map((y) => columns[y]!)),
    xAxis: axis(columns[mark.x]!, 'category', 'x'),
    yAxis: { ...axis(mark.yName, 'value', 'y'), scale: false },
    dataZoom: zoom,
    series: mark.ys.map((y) => ({
      type: 'bar',
      name: columns[y],
      encode: { x: mark.x, y },
      ...(mark.stacked && { stack: 'all' }),
    })),
  };
}

/** All points, and before them those on the front. */
function points({ columns }: Data, mark: Points): ChartOption {
  const among = (value: string): object => ({
    type: 'filter',
    config: { dimension: columns[mark.front], '=': value },
  });
  const byX = { type: 'sort', config: { dimension: columns[mark.x], order: 'asc' } };
  const encode = { x: mark.x, y: mark.y, tooltip: columns.map((_, i) => i) };
  const faint = { symbolSize: 6, color: colours[7], itemStyle: { opacity: 0.5 } };
  const front = { symbolSize: 9, color: colours[5], lineStyle: { opacity: mark.joined ? 1 : 0 } };
  return {
    grid,
    dataset: [{}, { transform: among('no') }, { transform: [among('yes'), byX] }],
    tooltip: { trigger: 'item', confine: true },
    legend: { top: 0, data: ['front', 'others'] },
    xAxis: axis(columns[mark.x]!, 'value', 'x'),
    yAxis: axis(columns[mark.y]!, 'value', 'y'),
    dataZoom: [...zoom, { ...zoom[0], yAxisIndex: 0 }],
    brush: { toolbox: ['rect', 'clear'], xAxisIndex: 0, throttleType: 'debounce', throttleDelay: 100 },
    toolbox: { right: 8, top: 0 },
    series: [
      { type: 'scatter', name: 'others', datasetIndex: 1, encode, ...faint },
      { type: 'line', name: 'front', datasetIndex: 2, encode, ...front },
    ],
  };
}

function treemap({ columns, rows }: Data, mark: Treemap): ChartOption {
  const groups = new Map<string, { name: string; value: number }[]>();
  for (const row of rows) {
    const group = String(row[mark.group]);
    groups.set(group, [...(groups.get(group) ?? []), leaf(String(row[mark.name]), row[mark.value])]);
  }
  const [only, ...others] = [...groups].map(([name, children]) => ({ name, children }));
  // One group says nothing: its members are shown at once.
  const data = only && others.length === 0 ? only.children : [only, ...others];
  return {
    tooltip: { trigger: 'item', confine: true },
    series: [
      {
        type: 'treemap',
        name: columns[mark.value],
        roam: false,
        ...{ top: 8, bottom: 36, left: 8, right: 8 },
        label: { color: '#fff', textBorderColor: '#0008', textBorderWidth: 2 },
        upperLabel: { show: others.length > 0, height: 22, color: '#fff' },
        levels: [
          { color: colours, colorMappingBy: 'index', itemStyle: quiet, upperLabel: { show: false } },
          { itemStyle: { borderColor: '#5c6570', borderWidth: 2, gapWidth: 2 } },
          { itemStyle: quiet },
        ],
        data,
      },
    ],
  };
}

/** Gaps through which the page shows, light or dark. */
const quiet = { borderColor: 'transparent', borderWidth: 0, gapWidth: 2 };

function leaf(name: string, value: unknown): { name: string; value: number } {
  return { name, value: typeof value === 'number' ? value : 0 };
}
