import type { MadeCost } from './cost.js';
import type { DesignFacts } from './design.js';
import { plot, table, type Cell, type Section } from './model.js';

/** What of a design is compared. */
export interface Compared {
  readonly title: string;
  readonly results: { readonly design: DesignFacts; readonly costs: readonly MadeCost[] };
}

/** Designs side by side, and each against the first. */
export function comparisonSection(designs: readonly Compared[]): Section {
  const names = designs.map(({ title }, at) => nameAmong(designs, title, at));
  const rows = designs[0] ? figuresOf(designs[0]).map(([name]) => name) : [];
  const values = designs.map((design) => new Map(figuresOf(design)));
  const absolute = rows.map((row): Cell[] => [row, ...values.map((own) => own.get(row) ?? null)]);
  const relative = absolute.flatMap(([row, first, ...others]): Cell[][] =>
    typeof first === 'number' && first > 0
      ? [[row!, 1, ...others.map((other) => (typeof other === 'number' ? other / first : null))]]
      : [],
  );
  const source = 'the sections of each design below';
  const mark = { kind: 'bars', x: 0, yName: `times ${names[0]}`, ys: names.map((_, at) => at + 1) } as const;
  const columns = ['figure', ...names];
  return {
    title: 'Side by side',
    blocks: [
      table('Figures of the designs', { columns, rows: absolute }, source),
      plot(`Figures against ${names[0]}`, { columns, rows: relative }, mark, source),
    ],
  };
}

/** Two designs of one name are told apart by a number. */
function nameAmong(designs: readonly Compared[], title: string, at: number): string {
  const same = designs.filter((other) => other.title === title).length;
  return same > 1 ? `${title} (${at + 1})` : title;
}

function figuresOf({ results: { design, costs } }: Compared): (readonly [string, number])[] {
  return [
    ...(design.streams ? [] : [['latency, cycles', design.latency] as const]),
    ['register bits', design.registerBits],
    ...costs.flatMap(({ technology, ...cost }) => [
      [`area um2, ${technology}`, cost.areaUm2] as const,
      [`critical path ps, ${technology}`, cost.delayPs] as const,
      [`energy fJ per cycle, ${technology}`, cost.energyFjPerCycle] as const,
      [`leakage nW, ${technology}`, cost.leakageNw] as const,
    ]),
  ];
}
