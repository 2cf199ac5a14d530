import { elements, type Dims } from '../tensor.js';

/** An axis counted from the front: −1 is the last; undefined if there is none such. `most` is what is allowed. */
export function axisOf(axis: number, rank: number, most = rank - 1): number | undefined {
  const counted = axis < 0 ? axis + rank : axis;
  return Number.isInteger(counted) && counted >= 0 && counted <= most ? counted : undefined;
}

/** The dimensions seen as a matrix: the products of those in front of `axis` and of those from it on. */
export function asMatrix(dims: Dims, axis: number): [number, number] {
  return [elements(dims.slice(0, axis)), elements(dims.slice(axis))];
}

/** Several axes counted from the front; undefined if one is not there or stands twice. */
export function axesOf(axes: readonly number[], rank: number): number[] | undefined {
  const counted = axes.map((axis) => axisOf(axis, rank));
  const known = counted.filter((axis) => axis !== undefined);
  return known.length === axes.length && new Set(known).size === axes.length ? known : undefined;
}
