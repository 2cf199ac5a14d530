import { listAttribute, textAttribute, numberAttribute, type Node } from '../network.js';
import type { Dims } from '../tensor.js';
import { ints, only } from './attributes.js';

/** How a window moves over height and width; of a single spatial dimension, the height is 1. */
export interface Window {
  readonly input: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** padding in front */
  readonly begin: Pair;
  /** padding behind that counts where an average takes it in; a partial last window may reach further */
  readonly end: Pair;
}

export type Pair = readonly [height: number, width: number];

export const windowAttributes = {
  auto_pad: only('NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'),
  dilations: ints,
  kernel_shape: ints,
  pads: ints,
  strides: ints,
} as const;

/** One number for each spatial dimension, as a pair. */
export function pair(numbers: readonly number[], otherwise: number): Pair {
  return numbers.length === 1 ? [otherwise, numbers[0]!] : [numbers[0]!, numbers[1]!];
}

/** The lists that describe a window, checked; or what is wrong with them. */
export interface Steps {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** in front of each dimension, then behind each; undefined where they follow from the sizes */
  readonly pads: readonly number[] | undefined;
  readonly autoPad: string;
}

export function windowSteps(node: Node, rank: number): Steps | string {
  if (rank !== 1 && rank !== 2) return `windows over ${rank} dimensions do not run here, only over 1 or 2`;
  const ones = Array.from({ length: rank }, () => 1);
  const strides = listAttribute(node, 'strides') ?? ones;
  const dilations = listAttribute(node, 'dilations') ?? ones;
  const autoPad = textAttribute(node, 'auto_pad', 'NOTSET');
  const zeros = [...ones, ...ones].map(() => 0);
  const pads = autoPad === 'NOTSET' ? (listAttribute(node, 'pads') ?? zeros) : undefined;
  const whole = (numbers: readonly number[], count: number, least: number): boolean =>
    numbers.length === count && numbers.every((x) => Number.isSafeInteger(x) && x >= least && x < 2 ** 31);
  if (!whole(strides, rank, 1)) return `\`strides\` must be ${rank} whole numbers from 1`;
  if (!whole(dilations, rank, 1)) return `\`dilations\` must be ${rank} whole numbers from 1`;
  if (pads && !whole(pads, 2 * rank, 0)) return `\`pads\` must be ${2 * rank} whole numbers from 0`;
  return { strides, dilations, pads, autoPad };
}

/** The window of a convolution or pooling over `spatial` sizes with a kernel of these sizes, or what is wrong. */
export function windowOf(node: Node, spatial: Dims, kernel: readonly number[]): Window | string {
  const rank = spatial.length;
  const steps = windowSteps(node, rank);
  if (typeof steps === 'string') return steps;
  const sound = kernel.length === rank && kernel.every((size) => Number.isSafeInteger(size) && size >= 1);
  if (!sound) return `the kernel must have ${rank} sizes from 1`;
  const up = numberAttribute(node, 'ceil_mode', 0) !== 0;
  const axes = spatial.map((size, axis) => alongAxis(steps, axis, rank, size, kernel[axis]!, up));
  if (axes.some(({ output }) => output < 1)) return 'the window is larger than the padded input';
  const of = (pick: (axis: Axis) => number): Pair => pair(axes.map(pick), 0);
  return {
    input: pair(spatial, 1),
    output: pair(
      axes.map(({ output }) => output),
      1,
    ),
    kernel: pair(kernel, 1),
    strides: pair(steps.strides, 1),
    dilations: pair(steps.dilations, 1),
    begin: of(({ begin }) => begin),
    end: of(({ end }) => end),
  };
}

interface Axis {
  readonly output: number;
  readonly begin: number;
  readonly end: number;
}

function alongAxis(
  { strides, dilations, pads, autoPad }: Steps,
  axis: number,
  rank: number,
  size: number,
  kernel: number,
  up: boolean,
): Axis {
  const [stride, reach] = [strides[axis]!, dilations[axis]! * (kernel - 1) + 1];
  if (autoPad.startsWith('SAME')) {
    const output = Math.ceil(size / stride);
    const total = Math.max(0, (output - 1) * stride + reach - size);
    const begin = autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    return { output, begin, end: total - begin };
  }
  const [begin, end] = pads ? [pads[axis]!, pads[axis + rank]!] : [0, 0];
  const steps = (size + begin + end - reach) / stride;
  const output = (up ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // A window that would start behind the input sees nothing but padding, and is left out.
  const last = up && (output - 1) * stride >= size + begin;
  return { output: last ? output - 1 : output, begin, end };
}
