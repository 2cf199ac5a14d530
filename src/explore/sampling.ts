import { keyOf } from '../cache/index.js';
import { random, type Random } from '../base/index.js';
import { sobolPlaces } from './sobol.js';
import type { Candidate, Space } from './space.js';

/** How many places in a row may give nothing new before a space is taken to be exhausted. */
const patience = 10_000;

/** Different candidates at random places; fewer than `points` where the space has no more. */
export function* randomCandidates(space: Space, points: number, seed: number): Iterable<Candidate> {
  const source = random(seed);
  yield* fresh(space, points, new Set(), () => space.variables.map(() => source.unit()));
}

/**
 * A Latin hypercube (McKay, Beckman and Conover, 1979): each variable's range is cut in `points` equal parts, and each part is hit
 * once. Where constraints exclude a candidate, or coarse ranges give one twice, random ones are taken in its place.
 */
export function* latinCandidates(space: Space, points: number, seed: number): Iterable<Candidate> {
  const source = random(seed);
  const seen = new Set<string>();
  const places = latinHypercube(space.variables.length, points, source);
  let made = 0;
  for (const place of places)
    for (const candidate of fresh(space, 1, seen, () => place, 1)) {
      made++;
      yield candidate;
    }
  yield* fresh(space, points - made, seen, () => space.variables.map(() => source.unit()));
}

/** Different candidates at the places of a Sobol sequence, passing over those that constraints exclude. */
export function* sobolCandidates(space: Space, points: number, seed: number): Iterable<Candidate> {
  const places = sobolPlaces(space.variables.length, seed);
  yield* fresh(space, points, new Set(), () => places.next().value);
}

/** `points` places in the unit cube of which, in each dimension, each of `points` equal parts holds one. */
export function latinHypercube(dimensions: number, points: number, source: Random): number[][] {
  const columns = Array.from({ length: dimensions }, () => {
    const parts = shuffled(points, source);
    return parts.map((part) => (part + source.unit()) / points);
  });
  return Array.from({ length: points }, (_, i) => columns.map((column) => column[i]!));
}

function shuffled(count: number, source: Random): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = source.below(i + 1);
    [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
  }
  return numbers;
}

/** Up to `count` candidates that were not seen before, at places as `draw` gives them. */
function* fresh(
  space: Space,
  count: number,
  seen: Set<string>,
  draw: () => readonly number[],
  tries = patience,
): Iterable<Candidate> {
  for (let made = 0, vain = 0; made < count && vain < tries;) {
    const candidate = space.at(draw());
    const key = candidate && keyOf(candidate);
    if (!candidate || seen.has(key!)) vain++;
    else {
      seen.add(key!);
      made++;
      vain = 0;
      yield candidate;
    }
  }
}
