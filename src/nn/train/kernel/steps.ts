import type { Body, Local } from './encode.js';

/** The instructions for numbers one by one and four by four. */
export const lanes = {
  f32: { load: 'f32.load', spread: 'f32.load', store: 'f32.store', add: 'f32.add', mul: 'f32.mul' },
  v128: {
    load: 'v128.load',
    spread: 'v128.load32_splat',
    store: 'v128.store',
    add: 'f32x4.add',
    mul: 'f32x4.mul',
  },
} as const;

export function copy(f: Body, from: Local, to: Local): void {
  f.get(from);
  f.set(to);
}

/** local += constant */
export function advance(f: Body, local: Local, by: number): void {
  f.get(local);
  f.integer(by);
  f.op('i32.add');
  f.set(local);
}

/** local += another · times */
export function advanceBy(f: Body, local: Local, by: Local, times = 1): void {
  f.get(local);
  f.get(by);
  if (times !== 1) {
    f.integer(times);
    f.op('i32.mul');
  }
  f.op('i32.add');
  f.set(local);
}

/** sum += a · b, where a and b are what `left` and `right` put on the stack */
export function accumulate(
  f: Body,
  type: 'f32' | 'v128',
  sum: Local,
  left: () => void,
  right: () => void,
): void {
  f.get(sum);
  left();
  right();
  f.op(lanes[type].mul);
  f.op(lanes[type].add);
  f.set(sum);
}

/** Puts (l0 + l1) + (l2 + l3) of a vector on the stack. */
export function sumOfLanes(f: Body, vector: Local): void {
  const lane = (i: number): void => {
    f.get(vector);
    f.lane(i);
  };
  lane(0);
  lane(1);
  f.op('f32.add');
  lane(2);
  lane(3);
  f.op('f32.add');
  f.op('f32.add');
}
