import { modelledFigures, type ModelError, type ModelledFigure } from './model.js';

type Figures = Readonly<Record<ModelledFigure, number>>;

/** How far modelled figures are off synthesised ones, figure by figure. */
export function modelErrors(
  pairs: readonly { readonly modelled: Figures; readonly synthesised: Figures }[],
): Record<ModelledFigure, ModelError> {
  const entries = modelledFigures.map((figure) => {
    const [model, truth] = [
      pairs.map((pair) => pair.modelled[figure]),
      pairs.map((pair) => pair.synthesised[figure]),
    ];
    const off = model.map((value, i) => 100 * (value / truth[i]! - 1));
    const mean = (values: readonly number[]): number =>
      round(values.reduce((sum, value) => sum + value, 0) / values.length, 2);
    const absolute = off.map(Math.abs);
    return [
      figure,
      {
        designs: pairs.length,
        mean: mean(absolute),
        bias: mean(off),
        worst: round(Math.max(0, ...absolute), 2),
        rank: round(rankCorrelation(model, truth), 4),
      },
    ];
  });
  return Object.fromEntries(entries) as Record<ModelledFigure, ModelError>;
}

function round(value: number, places: number): number {
  return Number(value.toFixed(places));
}

/** Spearman's: the correlation of the ranks; equal values share the mean of theirs. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((rank, i) => {
    xy += (rank - middle) * (y[i]! - middle);
    xx += (rank - middle) ** 2;
    yy += (y[i]! - middle) ** 2;
  });
  return xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}
