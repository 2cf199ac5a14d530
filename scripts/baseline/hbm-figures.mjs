// What reports/baseline/hbm.json holds: the published figures of MicroRec, and ours beside them. Used by hbm.mjs, and by the
// test that holds the report to the sources.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Published: nanoseconds at 200 MHz, by the elements of a row, for one round of reads and for two. */
const lookups = {
  elements: [4, 8, 16, 32, 64],
  rounds: {
    1: [334.5, 353.7, 411.6, 486.3, 648.4],
    2: [648.5, 707.4, 817.4, 972.7, 1296.9],
  },
};
const clockNs = 5;

/** Published: lookups alone, without and with products, in ns, and how many times faster than 16 virtual CPUs. */
const models = {
  small: { plain: { ns: 774, speedUp: 8.17 }, products: { ns: 458, speedUp: 13.82 } },
  large: { plain: { ns: 1380, speedUp: 11.07 }, products: { ns: 1030, speedUp: 14.7 } },
};

/** Published: items a second and microseconds end to end, in fixed point of 16 and 32 bits, and the clocks. */
const wholes = [
  { model: 'small', bits: 16, clockMhz: 120, itemsPerSecond: 3.05e5, latencyUs: 16.3 },
  { model: 'small', bits: 32, clockMhz: 140, itemsPerSecond: 1.81e5, latencyUs: 22.6 },
  { model: 'large', bits: 16, clockMhz: 120, itemsPerSecond: 1.95e5, latencyUs: 22.6 },
  { model: 'large', bits: 32, clockMhz: 135, itemsPerSecond: 1.22e5, latencyUs: 31.0 },
];

/** Products of the large model as deployed, by the rows of their parts; the others are stored as they are. */
const deployed = [...Array(9).fill([100, 1000]), ...Array(2).fill([500, 500]), [100, 500], [100, 100, 500]];

const items = 300;
const seed = 1;

/** All figures. `hbm` and `cost` are the modules of these folders. */
export function figures(hbm, cost) {
  const need = (result) => {
    if (result.ok) return result.value;
    throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  };
  const board = (name) => need(hbm.parseBoard(name, read(`tech/board/${name}.json`)));
  const model = (name) => need(hbm.parseTables(name, read(`examples/microrec-${name}.json`)));
  const timings = new Map(
    ['hbm2-1800', 'ddr4-2400'].map((name) => [
      name,
      need(hbm.parseTiming(name, read(`tech/board/timing/${name}.json`))),
    ]),
  );
  const drams = need(cost.parseDrams('dram.json', read('tech/memory/dram.json')));
  const u280 = board('u280');
  const simulated = (plan, options = {}) =>
    need(
      hbm.simulate(plan, hbm.randomTrace(plan.model, items, seed), timings, drams, {
        ...hbm.simulationDefaults,
        ...options,
      }),
    );
  const context = { hbm, need, board, model, u280, simulated };
  return {
    schema: 1,
    title: 'Embedding lookups over HBM',
    source:
      'W. Jiang et al., "MicroRec: Efficient Recommendation Inference by Hardware and Data Structure Solutions", MLSys 2021; figures from the first author’s thesis, chapter 8',
    measured: { what: 'closed forms, and simulation of every burst on its channel', items, seed },
    lookupTable: lookupTable(context),
    plans: plans(context),
    wholes: wholes.map((published) => whole(context, published)),
  };
}

function lookupTable({ hbm, need, board, simulated }) {
  const points = Object.entries(lookups.rounds).flatMap(([rounds, published]) =>
    published.map((ns, at) => ({ rounds: Number(rounds), elements: lookups.elements[at], published: ns })),
  );
  const perRound = points.map(({ rounds, elements, published }) => published / rounds - elements * clockNs);
  const wide = (point) => point.elements > 8;
  const middle = (values) => round((Math.min(...values) + Math.max(...values)) / 2);
  const step = {
    narrowNs: middle(perRound.filter((_, at) => !wide(points[at]))),
    wideNs: middle(perRound.filter((_, at) => wide(points[at]))),
  };
  const hbmOnly = board('u50');
  const rows = points.map(({ rounds, elements, published }) => {
    const tables = Array.from({ length: 32 * rounds }, (_, at) => ({
      name: `t${at}`,
      rows: 100_000,
      columns: elements,
      lookups: 1,
    }));
    const model = { name: 'lookups', elementBits: 32, clockMhz: 1000 / clockNs, tables };
    const without = { ...hbmOnly, onChip: { ...hbmOnly.onChip, banks: 0 } };
    const placed = need(hbm.planPublished(model, without, false));
    const plan = hbm.planOf(model, without, placed, 'published');
    const closed = rounds * (318 + elements * clockNs);
    const stepped = rounds * ((elements > 8 ? step.wideNs : step.narrowNs) + elements * clockNs);
    const ns = simulated(plan, { refresh: false }).p50Ns;
    return {
      rounds,
      elements,
      publishedNs: published,
      closedNs: closed,
      closedPercent: percent(closed, published),
      simulatedNs: round(ns),
      simulatedPercent: percent(ns, published),
      steppedNs: round(stepped),
      steppedPercent: percent(stepped, published),
    };
  });
  const constants = points.map(({ rounds, elements, published }) => [
    (0.97 * published) / rounds - elements * clockNs,
    (1.03 * published) / rounds - elements * clockNs,
  ]);
  return {
    step,
    rows,
    /** A constant within 3 % of every point would have to be at least the one and at most the other. */
    constantWithin3Percent: {
      atLeast: round(Math.max(...constants.map(([low]) => low))),
      atMost: round(Math.min(...constants.map(([, high]) => high))),
    },
  };
}

function plans({ hbm, need, model, u280, simulated }) {
  return ['small', 'large'].flatMap((name) => {
    const tables = model(name);
    const of = (placement, planner = 'published') => hbm.planOf(tables, u280, placement, planner);
    const candidates = [
      ['no products', of(need(hbm.planPublished(tables, u280, false))), models[name].plain],
      ['pairs, as published', of(need(hbm.planPublished(tables, u280))), models[name].products],
      ...(name === 'large'
        ? [['as deployed', of(deployedLarge(hbm, need, tables, u280)), models[name].products]]
        : []),
      ['searched', need(hbm.plan(tables, u280, 'search')), models[name].products],
    ];
    return candidates.map(([kind, plan, published]) =>
      row(hbm, name, kind, plan, published, simulated(plan)),
    );
  });
}

function row(hbm, model, kind, plan, published, simulation) {
  const summary = hbm.summaryOf(plan);
  const { tables, dramTables, onChipTables, products, rounds, storagePercent, lookupNs, boundNs } = summary;
  const cpuNs = published.ns * published.speedUp;
  return {
    model,
    plan: kind,
    tables,
    dramTables,
    onChipTables,
    products,
    rounds,
    storagePercent,
    boundNs,
    publishedNs: published.ns,
    closedNs: lookupNs,
    closedPercent: percent(lookupNs, published.ns),
    simulatedNs: round(simulation.lookupNs),
    simulatedPercent: percent(simulation.lookupNs, published.ns),
    simulatedP99Ns: round(simulation.p99Ns),
    publishedSpeedUp: published.speedUp,
    speedUp: round(cpuNs / simulation.lookupNs, 2),
    hbmEnergyNj: round(simulation.memories[0].energyPjPerItem / 1000, 2),
  };
}

/** The products that were deployed, in the heuristic's allocation. */
function deployedLarge(hbm, need, model, board) {
  const left = model.tables.map((_, at) => hbm.whole(model, at));
  const take = (rows) =>
    left.splice(
      left.findIndex((stored) => stored.rows === rows),
      1,
    )[0];
  const stored = deployed.map((rows) => rows.map(take).reduce((a, b) => hbm.product(model, a, b)));
  return need(hbm.allocate(model, [...left, ...stored], hbm.portsOf(board)));
}

function whole({ hbm, model: read, u280, need }, published) {
  const model = { ...read(published.model), elementBits: published.bits, clockMhz: published.clockMhz };
  const features = hbm.featuresOf(model);
  const rate = (drainCycles) => {
    const cycles = hbm.layerCycles({ ...model.network, drainCycles }, features, model.elementBits);
    return {
      cycles: Math.max(...cycles),
      itemsPerSecond: (model.clockMhz * 1e6) / Math.max(...cycles),
      all: cycles,
    };
  };
  const [plain, drained] = [rate(0), rate(8)];
  const plan = need(hbm.plan(model, u280));
  const stagesNs = (plain.all.reduce((a, b) => a + b) * 1000) / model.clockMhz;
  return {
    model: published.model,
    bits: published.bits,
    clockMhz: published.clockMhz,
    operations: hbm.networkOperations(model.network, features),
    publishedItemsPerSecond: published.itemsPerSecond,
    itemsPerSecond: Math.round(plain.itemsPerSecond),
    percent: percent(plain.itemsPerSecond, published.itemsPerSecond),
    drainedItemsPerSecond: Math.round(drained.itemsPerSecond),
    drainedPercent: percent(drained.itemsPerSecond, published.itemsPerSecond),
    publishedLatencyUs: published.latencyUs,
    stagesUs: round((plan.lookupNs + stagesNs) / 1000, 1),
  };
}

function percent(ours, published) {
  return round(100 * (ours / published - 1));
}

function round(value, digits = 1) {
  return Number(value.toFixed(digits));
}
