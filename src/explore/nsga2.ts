import { random, type Random } from '../base/index.js';
import { crowding, layersOf, type Objectives } from './pareto.js';
import { latinHypercube } from './sampling.js';

/** A place in the unit cube: a number in [0, 1) for each variable. */
export type Genome = readonly number[];

export interface Nsga2Options {
  readonly genes: number;
  /** Even, at least 4. */
  readonly population: number;
  readonly generations: number;
  readonly seed: number;
}

interface Member {
  readonly genome: Genome;
  readonly objectives: Objectives;
  /** Which front it is on, 0 being the best, and how lonely it is there. */
  readonly rank: number;
  readonly distance: number;
}

const crossoverIndex = 15;
const mutationIndex = 20;
const crossoverShare = 0.9;

/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan, 2002), with simulated binary crossover and polynomial mutation. It yields the genomes of
 * a generation and is given their objectives, in order; undefined for one that cannot be had, which is worse than all others.
 * The first generation is a Latin hypercube.
 */
export function* nsga2(
  options: Nsga2Options,
): Generator<Genome[], void, readonly (Objectives | undefined)[]> {
  const { genes, population, generations, seed } = options;
  const source = random(seed);
  const first = latinHypercube(genes, population, source);
  let parents = survivors(first, yield first, [], population);
  for (let generation = 1; generation < generations; generation++) {
    const children = offspring(parents, population, source);
    parents = survivors(children, yield children, parents, population);
  }
}

/** The best of children and parents: front after front, and the loneliest of the front that does not fit. */
function survivors(
  children: readonly Genome[],
  found: readonly (Objectives | undefined)[],
  parents: readonly Member[],
  count: number,
): Member[] {
  const width = found.find((one) => one !== undefined)?.length ?? 1;
  const hopeless = Array.from({ length: width }, () => Infinity);
  const all = [
    ...parents.map(({ genome, objectives }) => ({ genome, objectives })),
    ...children.map((genome, i) => ({ genome, objectives: found[i] ?? hopeless })),
  ];
  const chosen: Member[] = [];
  for (const [rank, layer] of layersOf(all.map(({ objectives }) => objectives)).entries()) {
    const distances = crowding(layer.map((i) => all[i]!.objectives));
    const members = layer.map((i, k) => ({ ...all[i]!, rank, distance: distances[k]! }));
    members.sort((a, b) => (b.distance > a.distance ? 1 : b.distance < a.distance ? -1 : 0));
    chosen.push(...members.slice(0, count - chosen.length));
    if (chosen.length === count) break;
  }
  return chosen;
}

function offspring(parents: readonly Member[], count: number, source: Random): Genome[] {
  const children: Genome[] = [];
  while (children.length < count) {
    const pair = crossed(tournament(parents, source).genome, tournament(parents, source).genome, source);
    children.push(...pair.map((child) => mutated(child, source)));
  }
  return children.slice(0, count);
}

function tournament(members: readonly Member[], source: Random): Member {
  const [a, b] = [members[source.below(members.length)]!, members[source.below(members.length)]!];
  if (a.rank !== b.rank) return a.rank < b.rank ? a : b;
  return a.distance >= b.distance ? a : b;
}

/** Simulated binary crossover, gene by gene, within the bounds. */
function crossed(a: Genome, b: Genome, source: Random): [number[], number[]] {
  const [left, right] = [[...a], [...b]];
  if (source.unit() > crossoverShare) return [left, right];
  for (let i = 0; i < a.length; i++) {
    if (source.unit() < 0.5 || Math.abs(a[i]! - b[i]!) < 1e-14) continue;
    const [low, high] = [Math.min(a[i]!, b[i]!), Math.max(a[i]!, b[i]!)];
    const u = source.unit();
    const one = (low + high - spread(u, 1 + (2 * low) / (high - low)) * (high - low)) / 2;
    const other = (low + high + spread(u, 1 + (2 * (1 - high)) / (high - low)) * (high - low)) / 2;
    [left[i], right[i]] = source.unit() < 0.5 ? [inside(one), inside(other)] : [inside(other), inside(one)];
  }
  return [left, right];
}

/** How far children lie from the middle of their parents, in units of the parents' distance. */
function spread(u: number, beta: number): number {
  const alpha = 2 - beta ** -(crossoverIndex + 1);
  const power = 1 / (crossoverIndex + 1);
  return u <= 1 / alpha ? (u * alpha) ** power : (1 / (2 - u * alpha)) ** power;
}

/** Polynomial mutation of one gene in each genome on average. */
function mutated(genome: readonly number[], source: Random): number[] {
  return genome.map((gene) => {
    if (source.unit() >= 1 / genome.length) return gene;
    const u = source.unit();
    const power = 1 / (mutationIndex + 1);
    const step =
      u < 0.5
        ? (2 * u + (1 - 2 * u) * (1 - gene) ** (mutationIndex + 1)) ** power - 1
        : 1 - (2 * (1 - u) + 2 * (u - 0.5) * gene ** (mutationIndex + 1)) ** power;
    return inside(gene + step);
  });
}

function inside(gene: number): number {
  return Math.min(1 - 2 ** -40, Math.max(0, gene));
}
