import { bitLength } from '../../base/index.js';
import type { Arguments } from '../../builder/index.js';
import type { Fixed } from '../../format/index.js';
import { fixedOf, integerOf, listOf } from '../arguments.js';
import { dotType } from '../dot/reference.js';

/** A fully connected layer, and how it is unfolded. */
export interface DenseShape {
  readonly inputs: number;
  readonly outputs: number;
  /** Processing elements: each works through `outputs / elements` rows. */
  readonly elements: number;
  /** Features that an element takes a cycle. */
  readonly lanes: number;
  readonly x: Fixed;
  readonly w: Fixed;
  readonly y: Fixed;
  /** Row by row. */
  readonly weights: readonly number[];
  /** In units of a product's last bit; empty for none. */
  readonly biases: readonly number[];
  readonly rectify: boolean;
  /** Bits that go along with each vector. */
  readonly faultBits: number;
}

export function denseShape(p: Arguments): DenseShape {
  return {
    inputs: integerOf(p, 'inputs'),
    outputs: integerOf(p, 'outputs'),
    elements: integerOf(p, 'elements'),
    lanes: integerOf(p, 'lanes'),
    x: fixedOf(p, 'x'),
    w: fixedOf(p, 'w'),
    y: fixedOf(p, 'y'),
    weights: listOf(p, 'weights'),
    biases: listOf(p, 'biases'),
    rectify: p['rectify'] === true,
    faultBits: integerOf(p, 'fault_bits'),
  };
}

type Unfolding = Pick<DenseShape, 'inputs' | 'outputs' | 'elements' | 'lanes'>;

/** Cycles that a row takes. */
export function chunksOf({ inputs, lanes }: Pick<Unfolding, 'inputs' | 'lanes'>): number {
  return Math.ceil(inputs / lanes);
}

/** Cycles that a vector takes in the elements: rows of an element times the cycles of a row. */
export function denseSteps(unfolding: Unfolding): number {
  return (unfolding.outputs / unfolding.elements) * chunksOf(unfolding);
}

/** Cycles from a vector being taken in to its result being offered. */
export function denseLatency(unfolding: Unfolding): number {
  return denseSteps(unfolding) + 5;
}

/** Cycles from one vector to the next where nothing stalls: two can be under way. */
export function denseInterval(unfolding: Unfolding): number {
  return Math.max(denseSteps(unfolding), (denseLatency(unfolding) + 1) / 2);
}

/** The format of the sum of a row's products. */
export function sumType({ x, w, inputs }: DenseShape): Fixed {
  return dotType(x, w, inputs);
}

/** The format of the biases: signed, as wide as the greatest needs. */
export function biasType({ x, w, biases }: DenseShape): Fixed {
  const bits = biases.map((bias) => bitLength(BigInt(bias < 0 ? -1 - bias : bias)));
  return { kind: 'fixed', signed: true, width: 1 + Math.max(1, ...bits), fraction: x.fraction + w.fraction };
}
