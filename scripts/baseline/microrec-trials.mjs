// What reports/baseline/microrec.json is made from: which engines are tried, their plans, and what the timing model says of them.
// Used by microrec.mjs, and by the test that holds the report to the sources.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Tables are cut to so many rows. */
export const mostRows = 64;
export const seed = 1;

/** The engines of the models of MicroRec, without the network and with it at its full size. */
export const trials = [
  { model: 'small', planner: 'published', bits: 32, clockMhz: 140, network: false, items: 100_000 },
  { model: 'large', planner: 'search', bits: 32, clockMhz: 135, network: false, items: 100_000 },
  { model: 'small', planner: 'published', bits: 16, clockMhz: 120, network: true, items: 100 },
  { model: 'small', planner: 'published', bits: 32, clockMhz: 140, network: true, items: 100 },
  { model: 'large', planner: 'search', bits: 16, clockMhz: 120, network: true, items: 100 },
];

export function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}

/** The plan of a trial, cut down. */
export function planFor(hbm, { model: name, planner, bits, clockMhz }) {
  const file = `examples/microrec-${name}.json`;
  const model = { ...need(hbm.parseTables(file, read(file))), elementBits: bits, clockMhz };
  const board = need(hbm.parseBoard('u280', read('tech/board/u280.json')));
  return hbm.scaledDown(need(hbm.plan(model, board, planner)), mostRows);
}

export function timingsOf(hbm) {
  const sets = ['hbm2-1800', 'ddr4-2400'];
  return new Map(
    sets.map((name) => [name, need(hbm.parseTiming(name, read(`tech/board/timing/${name}.json`)))]),
  );
}

/** Cycles an item of the engine alone, by the timing model. */
export function simulatedCycles(hbm, trial) {
  const plan = planFor(hbm, trial);
  const layout = need(hbm.layOut(plan));
  const memories = need(hbm.memoriesOf(plan, layout, timingsOf(hbm)));
  const trace = hbm.randomTrace(plan.model, 1000, seed);
  const { firstCycle, lastCycle } = hbm.engineRun(plan, layout, hbm.engineDefaults, trace, memories);
  return (lastCycle - firstCycle) / 999;
}
