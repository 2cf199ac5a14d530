// Fits the delays of elements: of every sample the critical path by the delays so far says how often each of them counts, which
// is a linear problem; with its solution other paths are critical, and so on.
import { classes, delayNames, delayOf, tabulated } from '../../dist/cost/index.js';
import { leastSquares } from './squares.mjs';

/** The delays that start the search, in ps for one reader; scaled to the middle sample. Classes that say the same are one. */
const guess = {
  andRoot: 14,
  andInner: 12,
  xorRoot: 24,
  xorInner: 30,
  muxRoot: 20,
  muxInner: 16,
  carry: 24,
  register: 70,
  term: 50,
  fullSum: 70,
  fullCarry: 46,
  halfSum: 60,
  halfCarry: 42,
  select: 15,
  setup: 5,
  output: 9,
};
const sameAs = { andPlain: 'andInner', andInverted: 'andInner', andTerm: 'term', nandTerm: 'term' };
const plain = (name) => sameAs[name] ?? name;

/** What readers cost: by the logarithm of their number, and by the number itself up to 40. */
const groups = {
  source: ['input', 'register'],
  and: ['andRoot', 'andPlain', 'andInverted', 'andTerm', 'nandTerm'],
  gate: ['xorRoot', 'xorInner', 'muxRoot', 'muxInner', 'carry'],
  cell: ['fullSum', 'fullCarry', 'halfSum', 'halfCarry'],
};
const groupOf = Object.fromEntries(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group])),
);
const doubling = 2.5;
const reader = 0.8;
const most = 40;

const parameters = [
  ...Object.keys(guess),
  ...Object.keys(groups).flatMap((group) => [`${group} doubling`, `${group} reader`]),
];
const indexOf = Object.fromEntries(parameters.map((name, k) => [name, k]));

/** What delay each parameter counts for, at an element of a class with so many readers. */
function shareOf(name, fanout) {
  const group = groupOf[name];
  const own = name === 'input' ? [] : [[indexOf[plain(name)], 1]];
  const readers = Math.max(1, fanout);
  return [
    ...own,
    [indexOf[`${group} doubling`], Math.log2(readers)],
    [indexOf[`${group} reader`], Math.min(most, readers)],
  ];
}

/**
 * How far paths scatter, and how much slower gates are beside adder cells. Chosen by leaving out one fifth of the operators and
 * primitives of `fit` and `validation` after the other; around these values little depends on them.
 */
const sharesOf = {
  asap7: { spread: 0.09, besideAdders: 1.1 },
  freepdk45: { spread: 0.03, besideAdders: 1.05 },
  sky130: { spread: 0.03, besideAdders: 1.05 },
  sg13g2: { spread: 0.03, besideAdders: 1.05 },
};

/** Gives `{delayPs, delayShares}` as model files have them, for rows `{features, figures, weight}`. */
export function fittedDelays(rows, technology) {
  const shares = sharesOf[technology];
  let delays = scaled(rows, shares);
  let score = scoreOf(rows, delays, shares);
  for (let round = 0; round < 12; round++) {
    const aim = solved(rows, delays, shares);
    const found = [1, 0.5, 0.25, 0.1]
      .map((step) => delays.map((value, k) => value + step * (aim[k] - value)))
      .map((tried) => ({ tried, score: scoreOf(rows, tried, shares) }))
      .find((one) => one.score < score - 1e-6);
    if (!found) break;
    [delays, score] = [found.tried, found.score];
  }
  return { delayPs: textsOf(delays), delayShares: shares };
}

/** How far off delays are in the mean; twice as far counts more than twice. */
function scoreOf(rows, delays, shares) {
  const table = tableOf(delays, shares);
  let [sum, total] = [0, 0];
  for (const { features, figures, weight } of rows) {
    const off = Math.abs(Math.log(delayOf(features.paths, table) / figures.delayPs));
    sum += weight * (off + 2 * off * off);
    total += weight;
  }
  return sum / total;
}

/** Below this, errors count by their squares. */
const small = 0.03;

/** The delays that are best for the paths that are critical now. */
function solved(rows, delays, shares) {
  const table = tableOf(delays, shares);
  const lines = rows.map(({ features, figures, weight }) => {
    const due = figures.delayPs;
    const now = delayOf(features.paths, table);
    const counts = countsOf(features.paths, table, shares);
    const path = counts.reduce((sum, count, k) => sum + count * delays[k], 0);
    const off = Math.abs(now / due - 1);
    const by = Math.sqrt(weight * (Math.min(1, small / Math.max(small, off)) + 0.3));
    return { terms: counts.map((count) => (by * count * now) / (path * due)), value: by };
  });
  return leastSquares(lines, parameters.length, delays);
}

/** How often each parameter counts on the critical path. */
function countsOf({ from, at, registers, outputs, hasAdders }, table, shares) {
  const times = new Float64Array(at.length);
  const before = new Int32Array(at.length);
  const own = hasAdders ? table.besideAdders : table.elements;
  for (let id = 1; id < at.length; id++) {
    const place = at[id] < 0 ? -1 - at[id] : at[id];
    const arrivals = [0, 1, 2].map(
      (k) => times[from[3 * id + k]] + (k === 0 && at[id] < 0 ? table.select : 0),
    );
    const k = arrivals.indexOf(Math.max(...arrivals));
    before[id] = from[3 * id + k] * 2 + (k === 0 && at[id] < 0 ? 1 : 0);
    times[id] = arrivals[k] + own[place];
  }
  const ends = [...registers.from]
    .map((id) => ({ id, name: 'setup', time: times[id] + table.setup }))
    .concat([...outputs.from].map((id) => ({ id, name: 'output', time: times[id] + table.output })));
  const last = ends.reduce((late, end) => (end.time > late.time ? end : late));
  const counts = new Array(parameters.length).fill(0);
  counts[indexOf[last.name]]++;
  for (let id = last.id; id > 0; id = before[id] >> 1) {
    const place = at[id] < 0 ? -1 - at[id] : at[id];
    const name = classes[place >> 8];
    const factor = hasAdders && !adders.has(name) ? shares.besideAdders : 1;
    for (const [k, share] of shareOf(name, place & 255)) counts[k] += factor * share;
    if (before[id] & 1) counts[indexOf.select]++;
  }
  return counts;
}

const adders = new Set(['andTerm', 'nandTerm', ...groups.cell]);

function tableOf(delays, shares) {
  const formulas = Object.fromEntries(
    classes.map((name) => [
      name,
      ({ fanout }) => shareOf(name, fanout).reduce((sum, [k, share]) => sum + share * delays[k], 0),
    ]),
  );
  for (const name of ['select', 'setup', 'output']) formulas[name] = () => delays[indexOf[name]];
  return tabulated(formulas, shares);
}

function textsOf(delays) {
  const ps = (name) => `${Number(delays[indexOf[name]].toPrecision(4))} ps`;
  const text = (name) => {
    if (!classes.includes(name)) return ps(name);
    const group = groupOf[name];
    const readers = `${ps(`${group} doubling`)} * log2(fanout) + ${ps(`${group} reader`)} * min(fanout, ${most})`;
    return name === 'input' ? readers : `${ps(plain(name))} + ${readers}`;
  };
  return Object.fromEntries(delayNames.map((name) => [name, text(name)]));
}

/** The guess, times what makes it right for the middle sample. */
function scaled(rows, shares) {
  const delays = parameters.map((name) => {
    if (name in guess) return guess[name];
    return name.endsWith('doubling') ? doubling : reader;
  });
  const table = tableOf(delays, shares);
  const ratios = rows
    .map(({ features, figures }) => figures.delayPs / delayOf(features.paths, table))
    .sort((a, b) => a - b);
  return delays.map((value) => value * ratios[ratios.length >> 1]);
}
