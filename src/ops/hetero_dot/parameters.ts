import type { Parameter } from '../../builder/index.js';
import { uint } from '../../format/index.js';

/** What the activations are: the same for every operator with planes of weights. */
export const activationParameters: readonly Parameter[] = [
  {
    kind: 'format',
    name: 'a',
    about: 'format of the activations, an integer',
    of: 'fixed',
    default: uint(2),
  },
  {
    kind: 'flag',
    name: 'bipolar',
    about: 'whether bits of activations mean −1 and +1 in their places, so that uint(1) is −1 or 1',
    default: false,
  },
];

/** The factors that the sums of planes are weighed with, at most `longest`; none by default. */
export function scaleParameter(about: string, longest: number): Parameter {
  return {
    kind: 'list',
    name: 'scale',
    about,
    least: -(2 ** 31),
    most: 2 ** 31 - 1,
    shortest: 0,
    longest,
    default: [],
  };
}

export const outputsParameter: Parameter = {
  kind: 'integer',
  name: 'outputs',
  about: 'outputs of the layer',
  least: 1,
  most: 1024,
  default: 1,
};
