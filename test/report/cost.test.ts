import { expect, it } from 'vitest';
import { costSection, type MadeCost } from '../../src/report/index.js';

const share = { by: 'instance', leakageNw: 1 } as const;
const cost: MadeCost = {
  ...{ technology: 'asap7', areaUm2: 10, delayPs: 80, fmaxMhz: 12_500, energyFjPerCycle: 3 },
  ...{ leakageNw: 4, cells: 9, critical: [], sources: [], paths: { registerToOutput: 80 } },
  breakdown: [
    { ...share, name: 'u_neuron', cells: 5, areaUm2: 6 },
    { ...share, name: '(top)', cells: 2, areaUm2: 2 },
    { ...share, name: 'u_full_1_2', cells: 1, areaUm2: 1 },
    { ...share, name: 'u_full_1_3', cells: 1, areaUm2: 1 },
  ],
  energy: {
    ...{ switchingFj: 1, internalFj: 1, clockFj: 1, wiresFj: 0 },
    ...{ registersFj: 0, clockTreeFj: 0, leakageFj: 0 },
  },
  stages: [
    { stage: 1, delayPs: 60, end: 'u_neuron.$abc$1$auto$2' },
    { stage: 2, delayPs: 80, end: 'y_o[3]' },
  ],
  clock: { targetPs: 75, slackPs: -5, met: false },
  activity: { source: 'random', annotatedPercent: 100, unannotated: [], vectors: 1, seed: 1 },
};

function tableOf(name: string) {
  const found = costSection([cost]).blocks.find((block) => block.kind === 'table' && block.name === name);
  return found?.kind === 'table' ? found.data.rows : undefined;
}

it('instances of one cell are counted with the top', () => {
  expect(tableOf('Area and leakage in asap7, part by part')).toEqual([
    ['u_neuron', 5, 6, 60, 1],
    ['(top)', 4, 4, 40, 3],
  ]);
});

it('stages have slack against the clock that was asked for; names that mapping made up are left out', () => {
  expect(tableOf('Stages and their slack')).toEqual([
    ['asap7', 'stage 1', 60, 75, 15, null],
    ['asap7', 'stage 2', 80, 75, -5, 'y_o[3]'],
  ]);
});
