import type { Cost } from '../cost/index.js';
import { plot, table, type Block, type Cell } from './model.js';

const source = 'static timing of the mapped netlist';

const pathNames = {
  inputToRegister: 'inputs to registers',
  registerToRegister: 'registers to registers',
  registerToOutput: 'registers to outputs',
  inputToOutput: 'inputs to outputs',
} as const;

/** What the longest paths leave of the clock, by stage of the pipeline and by kind: of its target, or else of the least period. */
export function timingBlocks(costs: readonly Cost[]): Block[] {
  return [...costs.flatMap(stagePlot), stageTable(costs), pathTable(costs)];
}

function periodOf({ clock, delayPs }: Cost): number {
  return clock?.targetPs ?? delayPs;
}

const stageColumns = ['stage', 'longest path ps', 'slack ps', 'ends at'];

function stageRows(cost: Cost): Cell[][] {
  const period = periodOf(cost);
  return cost.stages.map(({ stage, delayPs, end }) => [
    ...[`stage ${stage}`, delayPs, period - delayPs],
    // names that mapping made up say nothing to a reader
    end.includes('$') ? null : end,
  ]);
}

/** One stage alone is the critical path, and a picture of it says nothing. */
function stagePlot(cost: Cost): Block[] {
  if (cost.stages.length < 2) return [];
  const data = { columns: stageColumns, rows: stageRows(cost) };
  const mark = { kind: 'bars', x: 0, yName: 'ps', ys: [1, 2], stacked: true } as const;
  return [plot(`Stages of the pipeline in ${cost.technology}`, data, mark, source)];
}

function stageTable(costs: readonly Cost[]): Block {
  const rows = costs.flatMap((cost) =>
    stageRows(cost).map(([stage, longest, slack, end]): Cell[] => [
      ...[cost.technology, stage!, longest!, periodOf(cost), slack!, end!],
    ]),
  );
  const columns = ['technology', 'stage', 'longest path ps', 'period ps', 'slack ps', 'ends at'];
  const counted = 'a stage ends at the registers, or outputs, that lie that many registers behind the inputs';
  return table('Stages and their slack', { columns, rows }, `${source}; ${counted}`);
}

function pathTable(costs: readonly Cost[]): Block {
  const rows = costs.flatMap((cost) =>
    Object.entries(pathNames).flatMap(([kind, name]): Cell[][] => {
      const ps = cost.paths[kind as keyof typeof pathNames];
      const period = periodOf(cost);
      return ps === undefined ? [] : [[cost.technology, name, ps, period, period - ps]];
    }),
  );
  const columns = ['technology', 'paths', 'longest ps', 'period ps', 'slack ps'];
  return table('Paths and their slack', { columns, rows }, source);
}
