import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  crowding,
  dominates,
  frontOf,
  growingFront,
  latinHypercube,
  layersOf,
  nsga2,
  type Genome,
  type Objectives,
} from '../../src/explore/index.js';

/** Objectives of random points, with ties. */
function cloud(seed: number, count: number, objectives: number): Objectives[] {
  const source = random(seed);
  return Array.from({ length: count }, () => Array.from({ length: objectives }, () => source.below(9)));
}

describe('fronts', () => {
  it('hold what nothing dominates, equal ones too', () => {
    for (let seed = 0; seed < 50; seed++) {
      const all = cloud(seed, 40, 1 + (seed % 4));
      const due = all.flatMap((a, i) => (all.some((b) => dominates(b, a)) ? [] : [i]));
      expect(frontOf(all), `seed ${seed}`).toEqual(due);
      const growing = growingFront<number>();
      all.forEach((objectives, i) => growing.add(i, objectives));
      expect(growing.members.map(({ value }) => value).sort((a, b) => a - b)).toEqual(due);
    }
  });

  it('lie in layers, each dominated by the one before it', () => {
    const all = cloud(3, 60, 2);
    const layers = layersOf(all);
    expect(layers.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
    for (const [k, layer] of layers.slice(1).entries())
      for (const i of layer) expect(layers[k]!.some((j) => dominates(all[j]!, all[i]!))).toBe(true);
  });

  it('are crowded in the middle and open at the ends', () => {
    expect(
      crowding([
        [0, 4],
        [1, 3],
        [3, 1],
        [4, 0],
      ]),
    ).toEqual([Infinity, 1.5, 1.5, Infinity]);
  });
});

it('a Latin hypercube hits each part of each dimension once', () => {
  const places = latinHypercube(3, 17, random(5));
  for (let k = 0; k < 3; k++)
    expect(places.map((place) => Math.floor(17 * place[k]!)).sort((a, b) => a - b)).toEqual(
      places.map((_, i) => i),
    );
});

/** The problems of Zitzler, Deb and Thiele (2000): g over all genes but the first is 1 on the front, where f2 is known. */
const problems = {
  ZDT1: {
    shape: (f: number, g: number) => g * (1 - Math.sqrt(f / g)),
    best: (f: number) => 1 - Math.sqrt(f),
  },
  ZDT2: { shape: (f: number, g: number) => g * (1 - (f / g) ** 2), best: (f: number) => 1 - f ** 2 },
  ZDT3: {
    shape: (f: number, g: number) => g * (1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f)),
    best: (f: number) => 1 - Math.sqrt(f) - f * Math.sin(10 * Math.PI * f),
  },
};

function solve(shape: (f: number, g: number) => number, seed: number, generations: number): Objectives[] {
  const measure = (genome: Genome): Objectives => {
    const g = 1 + (9 * genome.slice(1).reduce((sum, gene) => sum + gene, 0)) / (genome.length - 1);
    return [genome[0]!, shape(genome[0]!, g)];
  };
  const search = nsga2({ genes: 30, population: 60, generations, seed });
  const seen: Objectives[] = [];
  let last: Objectives[] = [];
  for (let step = search.next(); !step.done; step = search.next(last)) {
    last = step.value.map(measure);
    seen.push(...last);
  }
  return frontOf(seen).map((i) => seen[i]!);
}

describe('NSGA-II', () => {
  it.each(Object.entries(problems))('finds the front of %s', (_, { shape, best }) => {
    const front = solve(shape, 1, 200);
    const above = front.map(([f, value]) => value! - best(f!));
    expect(Math.max(...above)).toBeLessThan(0.06);
    expect(above.reduce((sum, one) => sum + one, 0) / above.length).toBeLessThan(0.02);
    // Nothing lies below the front that is known; on ZDT3 parts of the curve are not on it, but none lies under it.
    expect(Math.min(...above)).toBeGreaterThan(-1e-9);
    const found = front.map(([f]) => f!).sort((a, b) => a - b);
    expect(found[0]).toBeLessThan(0.01);
    expect(found.at(-1)).toBeGreaterThan(0.84);
    expect(front.length).toBeGreaterThan(60);
  });

  it('gives the same for the same seed, and passes over what cannot be had', () => {
    expect(solve(problems.ZDT1.shape, 7, 5)).toEqual(solve(problems.ZDT1.shape, 7, 5));
    expect(solve(problems.ZDT1.shape, 7, 5)).not.toEqual(solve(problems.ZDT1.shape, 8, 5));
    const search = nsga2({ genes: 2, population: 8, generations: 12, seed: 1 });
    let last: (Objectives | undefined)[] = [];
    for (let step = search.next(); !step.done; step = search.next(last))
      last = step.value.map(([x, y]) => (x! < 0.5 ? undefined : [x!, y!]));
    expect(last.filter((one) => one !== undefined).length).toBeGreaterThan(5);
  });
});
