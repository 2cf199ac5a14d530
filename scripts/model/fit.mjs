// Fits the formulas of a cost model: least absolute relative errors without negative coefficients for figures that are sums
// over elements; delays are fitted in delays.mjs.
import { classes } from '../../dist/cost/index.js';
import { fittedDelays } from './delays.mjs';
import { leastSquares } from './squares.mjs';

const counted = classes.filter((name) => name !== 'input');
/** Sum and carry of an adder cell are one cell. */
const cells = counted.filter((name) => !/(full|half)Carry/.test(name));
const terms = {
  areaUm2: [...cells, 'wide', 'wideInputs', 'outputs'],
  leakageNw: [...cells, 'wide', 'wideInputs', 'outputs'],
  energyFjPerCycle: [...counted.map((name) => `${name}Changes`), 'pinChanges', 'wideChanges', 'register'],
};
const units = { areaUm2: 'um^2', leakageNw: 'nW', energyFjPerCycle: 'fJ' };

/** Rows: `{features, figures, weight}`; the name of their technology. Gives the formulas as texts, and the shares of delays. */
export function fitted(rows, technology) {
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
  return { ...Object.fromEntries(sums), ...fittedDelays(rows, technology) };
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
