// Fits the memory models of tech/memory/*.json to the points in the same files: the coefficients (`times`) of the terms
// that a figure has there, and its errors. Terms, points and notes are written by hand; the rest is rebuilt by
//   node scripts/fit-memory.mjs            rewrites the files
//   node scripts/fit-memory.mjs --check    says whether they are what it would write; exit code 1 if not
// Least squares of the relative error, without negative coefficients: a term that would get one is left at zero, so
// that a model stays positive and never falls with size.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { compile } from 'mathjs';
import { format } from 'prettier';

const folder = new URL('../tech/memory/', import.meta.url);
const figures = ['areaUm2', 'readEnergyFj', 'writeEnergyFj', 'leakageNw', 'latencyPs'];
let stale = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const path = new URL(file, folder);
  const before = readFileSync(path, 'utf8');
  const model = JSON.parse(before);
  if (model.variants === undefined) continue;
  const variants = model.variants.map(fitVariant);
  const after = await format(JSON.stringify({ ...model, variants }), { parser: 'json', printWidth: 110 });
  if (process.argv.includes('--check')) stale += report(file, before === after);
  else writeFileSync(path, after);
}
process.exitCode = stale > 0 ? 1 : 0;

function report(file, same) {
  console.log(`${file}: ${same ? 'as fitted' : 'differs from the fit; run node scripts/fit-memory.mjs'}`);
  return same ? 0 : 1;
}

function fitVariant(variant) {
  const fitted = figures
    .filter((figure) => variant.figures[figure])
    .map((figure) => [figure, fitFigure(variant, figure)]);
  return { ...variant, figures: Object.fromEntries(fitted) };
}

function fitFigure({ points, figures }, figure) {
  const known = points.filter((point) => point[figure] !== undefined);
  const terms = figures[figure].terms.map(({ of }) => of);
  const rows = known.map((point) => ({ terms: evaluated(terms, point), value: point[figure] }));
  const times = leastSquares(rows);
  const errors = rows.map((row) => errorPercent(times, row));
  return {
    terms: terms.map((of, i) => ({ of, times: Number(times[i].toPrecision(6)) })),
    errorPercent: {
      mean: round(mean(errors.map(Math.abs))),
      worst: round(Math.max(...errors.map(Math.abs))),
      leaveOneOut: leaveOneOut(rows),
      points: Object.fromEntries(known.map(({ name }, i) => [name, round(errors[i])])),
    },
  };
}

function evaluated(terms, { words, width, mux }) {
  const rows = Math.ceil(words / mux);
  const scope = { words, width, bits: words * width, rows, columns: width * mux };
  return terms.map((term) => compile(term).evaluate(scope));
}

/** The mean error, in percent, of every point by the fit to the others; null where those do not determine one. */
function leaveOneOut(rows) {
  const errors = rows.map((row) => {
    const others = rows.filter((other) => other !== row);
    return others.length < row.terms.length ? NaN : Math.abs(errorPercent(leastSquares(others), row));
  });
  return errors.every(Number.isFinite) ? round(mean(errors)) : null;
}

function errorPercent(times, { terms, value }) {
  return (100 * (sum(terms.map((term, i) => term * times[i])) - value)) / value;
}

function leastSquares(rows, used = rows[0].terms.map((_, i) => i)) {
  const system = used.map((i) => [
    ...used.map((j) => sum(rows.map(({ terms, value }) => (terms[i] * terms[j]) / value ** 2))),
    sum(rows.map(({ terms, value }) => terms[i] / value)),
  ]);
  const solution = solve(system);
  const least = solution.indexOf(Math.min(...solution));
  if (used.length > 1 && solution[least] < 0)
    return leastSquares(
      rows,
      used.filter((_, at) => at !== least),
    );
  return rows[0].terms.map((_, i) => (used.includes(i) ? solution[used.indexOf(i)] : 0));
}

/** Gauss's elimination with scaled columns; each row ends in the right-hand side. */
function solve(system) {
  const scale = system.map((row, i) => 1 / Math.sqrt(row[i]));
  const left = system.map((row, i) => row.map((x, j) => x * scale[i] * (scale[j] ?? 1)));
  for (let column = 0; column < left.length; column++) {
    const pivot = left.findIndex(
      (row, i) =>
        i >= column &&
        Math.abs(row[column]) === Math.max(...left.slice(column).map((r) => Math.abs(r[column]))),
    );
    [left[column], left[pivot]] = [left[pivot], left[column]];
    left.forEach((row, i) => {
      if (i === column) return;
      const factor = row[column] / left[column][column];
      left[i] = row.map((x, j) => x - factor * left[column][j]);
    });
  }
  return left.map((row, i) => (row.at(-1) / row[i]) * scale[i]);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values) {
  return sum(values) / values.length;
}

function round(value) {
  return Math.round(value * 10) / 10 + 0;
}
