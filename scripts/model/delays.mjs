// Fits the delays of gates: of every sample the critical path by the delays so far says how often each of them counts, which
// is a linear problem; with its solution other paths are critical, and so on.
import { delayNames, delayOf, gates, pins, sourceNames, tabulated } from '../../dist/cost/index.js';
import { leastSquares } from './squares.mjs';

/** The delays that start the search, in ps for one reader; scaled to the middle sample. */
const guess = {
  register: 70,
  fullSum: 70,
  fullCarry: 46,
  halfSum: 60,
  halfCarry: 42,
  and2: 16,
  and3: 20,
  and4: 26,
  andOrNear: 18,
  andOrFar: 21,
  andOrWide: 24,
  xor: 28,
  mux: 26,
  select: 30,
  majority: 30,
  setup: 5,
  output: 9,
};

/** What readers cost: by the logarithm of their number, and by the number itself up to 40. */
const groupOf = {
  input: 'source',
  register: 'source',
  gate: 'gate',
  fullSum: 'cell',
  fullCarry: 'cell',
  halfSum: 'cell',
  halfCarry: 'cell',
};
const doubling = 2.5;
const reader = 0.8;
const most = 40;

const parameters = [
  ...Object.keys(guess),
  ...[...new Set(Object.values(groupOf))].flatMap((group) => [`${group} doubling`, `${group} reader`]),
];
const indexOf = Object.fromEntries(parameters.map((name, k) => [name, k]));

/** What each parameter counts for at a source with so many readers. */
function sharesAt(name, readers) {
  const group = groupOf[name];
  return [
    ...(name in guess ? [[indexOf[name], 1]] : []),
    [indexOf[`${group} doubling`], Math.log2(readers)],
    [indexOf[`${group} reader`], Math.min(most, readers)],
  ];
}

/**
 * How far paths scatter, and how much slower gates are beside adder cells. Chosen by leaving out one fifth of the operators and
 * primitives of `fit` and `validation` after the other; around these values little depends on them.
 */
const sharesOf = {
  asap7: { spread: 0.03, besideAdders: 1.1 },
  freepdk45: { spread: 0.03, besideAdders: 1 },
  sky130: { spread: 0.03, besideAdders: 1 },
  sg13g2: { spread: 0.03, besideAdders: 1 },
};

/** How strongly delays are held to where they started, where samples say little of them. */
const hold = 0.02;

/** Gives `{delayPs, delayShares}` as model files have them, for rows `{features, figures, weight}`. */
export function fittedDelays(rows, technology) {
  const shares = sharesOf[technology];
  const start = scaled(rows, shares);
  let delays = start;
  let score = scoreOf(rows, delays, shares);
  for (let round = 0; round < 12; round++) {
    const aim = solved(rows, delays, shares, start);
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
function solved(rows, delays, shares, start) {
  const table = tableOf(delays, shares);
  const lines = rows.map(({ features, figures, weight }) => {
    const due = figures.delayPs;
    const now = delayOf(features.paths, table);
    const counts = countsOf(features.paths, table);
    const path = counts.reduce((sum, count, k) => sum + count * delays[k], 0);
    const off = Math.abs(now / due - 1);
    const by = Math.sqrt(weight * (Math.min(1, small / Math.max(small, off)) + 0.3));
    return { terms: counts.map((count) => (by * count * now) / (path * due)), value: by };
  });
  const by = hold * Math.sqrt(rows.length);
  const held = start.map((value, k) => ({
    terms: start.map((_, j) => (j === k ? by / value : 0)),
    value: by,
  }));
  return leastSquares([...lines, ...held], parameters.length, delays);
}

/** How often each parameter counts on the critical path. */
function countsOf(
  { from, pin, at, registers, outputs, hasAdders },
  { sources, gates: own, setup, output, shares },
) {
  const factor = hasAdders ? shares.besideAdders : 1;
  const through = pins.map((path) => path.reduce((sum, gate) => sum + factor * own[gate], 0));
  const times = new Float64Array(at.length);
  const before = new Int32Array(at.length);
  for (let id = 1; id < at.length; id++) {
    const arrivals = [0, 1, 2, 3].map((k) => times[from[4 * id + k]] + through[pin[4 * id + k]]);
    const k = arrivals.indexOf(Math.max(...arrivals));
    before[id] = 4 * id + k;
    times[id] = arrivals[k] + (sourceNames[at[id] >> 8] === 'gate' ? factor : 1) * sources[at[id]];
  }
  const ends = [...registers.from]
    .map((id) => ({ id, name: 'setup', time: times[id] + setup }))
    .concat([...outputs.from].map((id) => ({ id, name: 'output', time: times[id] + output })));
  const last = ends.reduce((late, end) => (end.time > late.time ? end : late));
  const counts = new Array(parameters.length).fill(0);
  counts[indexOf[last.name]]++;
  for (let id = last.id; id > 0; id = from[before[id]]) {
    const name = sourceNames[at[id] >> 8];
    const times = name === 'gate' ? factor : 1;
    for (const [k, share] of sharesAt(name, Math.max(1, at[id] & 255))) counts[k] += times * share;
    for (const gate of pins[pin[before[id]]]) counts[indexOf[gates[gate]]] += times;
  }
  return counts;
}

function tableOf(delays, shares) {
  const formulas = Object.fromEntries(
    delayNames.map((name) => [
      name,
      name in groupOf
        ? ({ fanout }) => sharesAt(name, fanout).reduce((sum, [k, share]) => sum + share * delays[k], 0)
        : () => delays[indexOf[name]],
    ]),
  );
  return tabulated(formulas, shares);
}

function textsOf(delays) {
  const ps = (name) => `${Number(delays[indexOf[name]].toPrecision(4))} ps`;
  const text = (name) => {
    const group = groupOf[name];
    if (!group) return ps(name);
    const readers = `${ps(`${group} doubling`)} * log2(fanout) + ${ps(`${group} reader`)} * min(fanout, ${most})`;
    return name in guess ? `${ps(name)} + ${readers}` : readers;
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
