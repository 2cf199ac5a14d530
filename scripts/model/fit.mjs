// Fits the formulas of a cost model: least absolute relative errors without negative coefficients for figures that are sums
// over elements, and a search for the delays of elements, of which the longest path is not linear.
import { classes, delayNames, delayOf, tabulated } from '../../dist/cost/index.js';

const counted = classes.filter((name) => name !== 'input');
/** Sum and carry of an adder cell are one cell. */
const cells = counted.filter((name) => !/(full|half)Carry/.test(name));
const terms = {
  areaUm2: [...cells, 'wide', 'wideInputs', 'outputs'],
  leakageNw: [...cells, 'wide', 'wideInputs', 'outputs'],
  energyFjPerCycle: [...counted.map((name) => `${name}Changes`), 'pinChanges', 'wideChanges', 'register'],
};
const units = { areaUm2: 'um^2', leakageNw: 'nW', energyFjPerCycle: 'fJ' };

/** Rows: `{features, figures, weight}`. Gives the formulas as texts. */
export function fitted(rows) {
  const sums = Object.entries(terms).map(([figure, names]) => {
    const times = leastErrors(
      rows.map(({ features, figures, weight }) => ({
        terms: names.map((name) => features.counts[name] / figures[figure]),
        weight,
      })),
      names.length,
    );
    return [figure, formulaOf(names, times, units[figure])];
  });
  return { ...Object.fromEntries(sums), delayPs: delayTexts(searched(rows)) };
}

function formulaOf(names, times, unit) {
  const parts = names.flatMap((name, k) =>
    times[k] > 0 ? [`${times[k].toPrecision(4)} ${unit} * ${name}`] : [],
  );
  return parts.join(' + ') || `0 ${unit}`;
}

/** Below this, errors count by their squares. */
const small = 0.03;

/** Least squares again and again, each time with less weight where the error was large: a few odd samples move little. */
function leastErrors(rows, size) {
  const errorOf = (times, { terms }) => terms.reduce((sum, term, j) => sum + term * times[j], -1);
  let times;
  for (let round = 0; round < 7; round++)
    times = leastSquares(
      rows.map((row) => {
        const off = times ? Math.abs(errorOf(times, row)) : 0;
        const weight = row.weight * Math.sqrt(small / Math.max(small, off));
        return { terms: row.terms.map((term) => weight * term), value: weight };
      }),
      size,
    );
  return times;
}

/** Coordinate descent: one coefficient after the other to its best, none below zero, until nothing moves. */
function leastSquares(rows, size) {
  const times = new Float64Array(size).fill(0);
  const rest = rows.map(({ value }) => value);
  const squares = Array.from({ length: size }, (_, j) =>
    rows.reduce((sum, { terms }) => sum + terms[j] ** 2, 0),
  );
  for (let round = 0; round < 5000; round++) {
    let moved = 0;
    for (let j = 0; j < size; j++) {
      if (squares[j] === 0) continue;
      const slope = rows.reduce((sum, { terms }, i) => sum + terms[j] * rest[i], 0);
      const step = Math.max(0, times[j] + slope / squares[j]) - times[j];
      if (step === 0) continue;
      times[j] += step;
      rows.forEach(({ terms }, i) => (rest[i] -= terms[j] * step));
      moved = Math.max(moved, Math.abs(step) * Math.sqrt(squares[j]));
    }
    if (moved < 1e-9) break;
  }
  return times;
}

/** Delays in units of the time that the first guess below is off by. */
const guess = {
  andRoot: 12,
  andInner: 10,
  xorRoot: 30,
  xorInner: 30,
  muxRoot: 20,
  muxInner: 20,
  carry: 30,
  term: 12,
  fullSum: 40,
  fullCarry: 35,
  halfSum: 30,
  halfCarry: 20,
  register: 50,
  select: 15,
  setup: 10,
  output: 12,
  perDoubling: 4,
  perReader: 0.4,
  input: 4,
};

function delayTables(d) {
  const log = (own, times) => (scope) => own + times * Math.log2(scope.fanout);
  const element = (own) => (scope) =>
    log(own, d.perDoubling)(scope) + d.perReader * Math.min(scope.fanout, 40);
  const formulas = {
    input: log(0, d.input),
    andRoot: element(d.andRoot),
    andPlain: element(d.andInner),
    andInverted: element(d.andInner),
    xorRoot: element(d.xorRoot),
    xorInner: element(d.xorInner),
    muxRoot: element(d.muxRoot),
    muxInner: element(d.muxInner),
    carry: element(d.carry),
    andTerm: element(d.term),
    nandTerm: element(d.term),
    fullSum: element(d.fullSum),
    fullCarry: element(d.fullCarry),
    halfSum: element(d.halfSum),
    halfCarry: element(d.halfCarry),
    register: element(d.register),
    select: () => d.select,
    setup: () => d.setup,
    output: () => d.output,
  };
  return tabulated(formulas);
}

function delayTexts(d) {
  const ps = (value) => `${value.toPrecision(4)} ps`;
  const element = (own) =>
    `${ps(own)} + ${ps(d.perDoubling)} * log2(fanout) + ${ps(d.perReader)} * min(fanout, 40)`;
  const own = { andPlain: d.andInner, andInverted: d.andInner, andTerm: d.term, nandTerm: d.term };
  const text = (name) => {
    if (name === 'input') return `${ps(d.input)} * log2(fanout)`;
    return classes.includes(name) ? element(own[name] ?? d[name]) : ps(d[name]);
  };
  return Object.fromEntries(delayNames.map((name) => [name, text(name)]));
}

/** One delay after the other is made longer or shorter while that helps, in steps that become smaller. */
function searched(rows) {
  const score = (d) => {
    const delays = delayTables(d);
    let [sum, total] = [0, 0];
    for (const { features, figures, weight } of rows) {
      const off = Math.abs(Math.log(delayOf(features.paths, delays) / figures.delayPs));
      sum += weight * (off + 2 * off * off);
      total += weight;
    }
    return sum / total;
  };
  let best = scaled(rows);
  let least = score(best);
  const steps = Object.fromEntries(Object.keys(best).map((name) => [name, 0.3]));
  for (let round = 0; round < 60 && Math.max(...Object.values(steps)) > 0.01; round++)
    for (const name of Object.keys(best)) {
      const tried = [1, -1].map((sign) => ({ ...best, [name]: best[name] * (1 + sign * steps[name]) }));
      const scores = tried.map(score);
      const k = scores[0] < scores[1] ? 0 : 1;
      if (scores[k] < least)
        [best, least, steps[name]] = [tried[k], scores[k], Math.min(0.6, steps[name] * 1.3)];
      else steps[name] *= 0.6;
    }
  return best;
}

/** The guess, times what makes it right for the middle sample. */
function scaled(rows) {
  const delays = delayTables(guess);
  const ratios = rows
    .map(({ features, figures }) => figures.delayPs / delayOf(features.paths, delays))
    .sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1];
  return Object.fromEntries(Object.entries(guess).map(([name, value]) => [name, value * middle]));
}
