import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  crowding,
  dominates,
  frontOf,
  growingFront,
  latinHypercube,
  sobolPlaces,
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

describe('the Sobol sequence', () => {
  const first = (dimensions: number, count: number, seed?: number): number[][] => {
    const places = sobolPlaces(dimensions, seed);
    return Array.from({ length: count }, () => places.next().value);
  };

  it('begins as it is published', () => {
    // Joe and Kuo's program gives these for three dimensions.
    expect(first(3, 10)).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
      [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ]);
  });

  it.each([undefined, 7])(
    'has one of 256 places in each of as many parts of all 32 dimensions, seed %s',
    (seed) => {
      const places = first(32, 512, seed);
      for (const part of [places.slice(0, 256), places.slice(256)])
        for (let k = 0; k < 32; k++)
          expect(new Set(part.map((place) => Math.floor(256 * place[k]!))).size, `dimension ${k}`).toBe(256);
    },
  );

  it('covers the plane evenly: 256 places, one in each box of 16 by 16, 8 by 32 and so on', () => {
    for (const seed of [undefined, 3])
      for (let wide = 1; wide <= 256; wide *= 2) {
        const boxes = first(2, 256, seed).map(
          ([x, y]) => Math.floor(wide * x!) + wide * Math.floor((256 / wide) * y!),
        );
        expect(new Set(boxes).size, `${wide}`).toBe(256);
      }
  });

  it('has a lower discrepancy than random places, in six dimensions', () => {
    const source = random(2);
    const drawn = Array.from({ length: 512 }, () => Array.from({ length: 6 }, () => source.unit()));
    expect(discrepancy(first(6, 512, 1))).toBeLessThan(0.3 * discrepancy(drawn));
  });
});

/** The centred discrepancy in the mean square (Hickernell, 1998). */
function discrepancy(places: readonly (readonly number[])[]): number {
  const [n, dimensions] = [places.length, places[0]!.length];
  const off = places.map((place) => place.map((x) => Math.abs(x - 0.5)));
  const product = (factor: (k: number) => number): number =>
    Array.from({ length: dimensions }, (_, k) => factor(k)).reduce((a, b) => a * b, 1);
  let [single, pairs] = [0, 0];
  for (let i = 0; i < n; i++) {
    single += product((k) => 1 + off[i]![k]! / 2 - off[i]![k]! ** 2 / 2);
    for (let j = 0; j < n; j++)
      pairs += product(
        (k) => 1 + (off[i]![k]! + off[j]![k]! - Math.abs(places[i]![k]! - places[j]![k]!)) / 2,
      );
  }
  return Math.sqrt((13 / 12) ** dimensions - (2 / n) * single + pairs / n ** 2);
}

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
