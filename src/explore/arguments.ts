import { sizeOf, valueAt, type Variable } from './definition.js';
import type { MeasureCall, Scalar } from './point.js';
import type { Candidate } from './space.js';

/** The variables that arguments of measures take their values from: an argument that is a variable's name stands for it. */
export function argumentVariables(
  measures: readonly MeasureCall[],
  variables: readonly Variable[],
): Variable[] {
  const given = new Set(measures.flatMap(({ args }) => Object.values(args)));
  return variables.filter(({ name }) => given.has(name));
}

/** A measure at a candidate; an argument whose variable is not there is left out. */
export function measureAt(
  call: MeasureCall,
  variables: readonly Variable[],
  candidate: Candidate,
): MeasureCall {
  const named = argumentVariables([call], variables).map(({ name }) => name);
  if (named.length === 0) return call;
  const args = Object.entries(call.args).flatMap(([argument, given]): [string, Scalar][] => {
    const value = named.includes(String(given)) ? candidate[String(given)] : given;
    return value === undefined ? [] : [[argument, value]];
  });
  return { ...call, args: Object.fromEntries(args) };
}

/** Of a range, only so many values are looked at beforehand. */
const mostLookedAt = 1000;

/** A measure with every value that its arguments can take from variables, each at least once. */
export function measuresOver(call: MeasureCall, variables: readonly Variable[]): MeasureCall[] {
  const named = argumentVariables([call], variables).filter(({ domain }) => sizeOf(domain) > 0);
  const most = Math.max(1, ...named.map(({ domain }) => Math.min(mostLookedAt, sizeOf(domain))));
  return Array.from({ length: most }, (_, i) => {
    const values = named.map(({ name, domain }) => [name, valueAt(domain, i % sizeOf(domain))] as const);
    return measureAt(call, variables, Object.fromEntries(values));
  });
}
