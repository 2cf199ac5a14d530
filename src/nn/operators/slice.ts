import { failure, success } from '../../base/index.js';
import { listAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, type Dims, type Tensor } from '../tensor.js';
import { ints } from './attributes.js';
import { axesOf } from './axis.js';
import type { Operator, Value } from './operator.js';
import { stepsOf, strided } from './strided.js';

export const slice: Operator = {
  about: 'the elements from `starts` to `ends` by `steps` along `axes`; attributes before operator set 10',
  inputs: [1, 5],
  attributes: { starts: ints, ends: ints, axes: ints },
  moves: true,
  infer(node, [x, ...given]) {
    const cuts = cutsOf(node, x!.dims, given);
    if (typeof cuts === 'string') return failure(shapeFault(node, [x], cuts));
    return success([{ type: x!.type, dims: cuts.map(({ count }) => count) }]);
  },
  run(node, [x, ...given], [shape]) {
    const known = given.map((one) => one && { type: one.type, dims: one.dims, constant: one });
    const cuts = cutsOf(node, x!.dims, known) as Cut[];
    const steps = stepsOf(x!.dims);
    const start = cuts.reduce((sum, cut, axis) => sum + cut.first * steps[axis]!, 0);
    return [
      strided<Tensor>(
        x!,
        shape!.dims,
        cuts.map((cut, axis) => cut.step * steps[axis]!),
        start,
      ),
    ];
  },
};

/** What is taken along an axis. */
interface Cut {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

function cutsOf(node: Node, dims: Dims, given: readonly (Value | undefined)[]): Cut[] | string {
  const names = ['starts', 'ends', 'axes', 'steps'];
  const [starts, ends, stated, steps] = names.map((name, i) =>
    given[i] ? (given[i].constant ? asIntegers(given[i].constant) : 'open') : listAttribute(node, name),
  );
  if ([starts, ends, stated, steps].includes('open')) return 'bounds must be constant';
  if (!Array.isArray(starts) || !Array.isArray(ends)) return 'needs constant integers `starts` and `ends`';
  const axes = axesOf((stated as number[] | undefined) ?? starts.map((_, i) => i), dims.length);
  const by = (steps as number[] | undefined) ?? starts.map(() => 1);
  if (!axes) return 'axes must be different and be there';
  if ([ends, axes, by].some(({ length }) => length !== starts.length))
    return 'bounds must be as many as axes';
  if (by.includes(0)) return 'a step of 0 leads nowhere';
  return dims.map((size, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? { first: 0, step: 1, count: size } : cut(size, starts[i]!, ends[i]!, by[i]!);
  });
}

/** Bounds below 0 count from the end; those outside are moved to it. */
function cut(size: number, start: number, end: number, step: number): Cut {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (at: number): number => Math.min(most, Math.max(least, at < 0 ? at + size : at));
  // A start in front of everything stays there when going back, where −1 would be the end.
  const first = step > 0 ? bound(start) : Math.max(0, bound(start));
  const count = Math.max(0, Math.ceil((bound(end) - first) / step));
  return { first: size === 0 ? 0 : first, step, count: size === 0 ? 0 : count };
}
