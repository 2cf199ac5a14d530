import type { Body, Local, WasmFunction } from './encode.js';
import { accumulate, advance, advanceBy, copy, lanes, sumOfLanes } from './steps.js';

/**
 * The parameters of all functions here: two places with strides in bytes along rows, between rows and between planes;
 * width, height and number of planes.
 */
const parameters = Array<'i32'>(11).fill('i32');
const blocks = {
  to: 0,
  stepTo: 1,
  rowTo: 2,
  planeTo: 3,
  from: 4,
  stepFrom: 5,
  rowFrom: 6,
  planeFrom: 7,
  width: 8,
  height: 9,
  planes: 10,
} as const satisfies Record<string, Local>;

/** The first parameter after those of the blocks. */
const factor = 11;

/** to = from */
export const copyBlock: WasmFunction = {
  name: 'copyBlock',
  parameters,
  write(f) {
    overBlock(f, (type, to, from) => {
      f.get(to);
      f.get(from);
      f.move(type === 'f32' ? 'f32.load' : 'v128.load');
      f.move(type === 'f32' ? 'f32.store' : 'v128.store');
    });
  },
};

/** to = to + from · factor, where the factor comes after the blocks */
export const addBlock: WasmFunction = {
  name: 'addBlock',
  parameters: [...parameters, 'f32'],
  write(f) {
    const factors = { f32: factor, v128: spread(f, factor) };
    const sums = { f32: f.local('f32'), v128: f.local('v128') };
    overBlock(f, (type, to, from) => {
      const load = type === 'f32' ? 'f32.load' : 'v128.load';
      f.get(to);
      f.move(load);
      f.set(sums[type]);
      accumulate(
        f,
        type,
        sums[type],
        () => (f.get(from), f.move(load)),
        () => f.get(factors[type]),
      );
      f.get(to);
      f.get(sums[type]);
      f.move(type === 'f32' ? 'f32.store' : 'v128.store');
    });
  },
};

/** to = from · factor + offset, where these two come after the blocks */
export const mapBlock: WasmFunction = {
  name: 'mapBlock',
  parameters: [...parameters, 'f32', 'f32'],
  write(f) {
    const factors = { f32: factor, v128: spread(f, factor) };
    const offsets = { f32: factor + 1, v128: spread(f, factor + 1) };
    overBlock(f, (type, to, from) => {
      f.get(to);
      f.get(from);
      f.move(lanes[type].load);
      f.get(factors[type]);
      f.op(lanes[type].mul);
      f.get(offsets[type]);
      f.op(lanes[type].add);
      f.move(lanes[type].store);
    });
  },
};

/**
 * Σ to · from. Where both blocks are contiguous in their rows, the numbers at 0, 4, 8, …, at 1, 5, 9, … of each row
 * and so on go to four sums, and what is left over of each row to a fifth; the result is (s0 + s1) + (s2 + s3) + s4.
 * Otherwise there is only the fifth.
 */
export const dotBlock: WasmFunction = {
  name: 'dotBlock',
  parameters,
  result: 'f32',
  write(f) {
    const sums = { f32: f.local('f32'), v128: f.local('v128') };
    overBlock(f, (type, to, from) => {
      const load = type === 'f32' ? 'f32.load' : 'v128.load';
      accumulate(
        f,
        type,
        sums[type],
        () => (f.get(to), f.move(load)),
        () => (f.get(from), f.move(load)),
      );
    });
    sumOfLanes(f, sums.v128);
    f.get(sums.f32);
    f.op('f32.add');
  },
};

/** A vector of four times a float. */
function spread(f: Body, float: Local): Local {
  const vector = f.local('v128');
  f.get(float);
  f.op('f32x4.splat');
  f.set(vector);
  return vector;
}

/** Does `each` for all numbers of the blocks, four by four where both are contiguous. */
function overBlock(f: Body, each: (type: 'f32' | 'v128', to: Local, from: Local) => void): void {
  const { to, stepTo, rowTo, planeTo, from, stepFrom, rowFrom, planeFrom, width, height, planes } = blocks;
  const [rows, left, lineTo, lineFrom, atTo, atFrom] = [0, 1, 2, 3, 4, 5].map(() =>
    f.local('i32'),
  ) as unknown as [Local, Local, Local, Local, Local, Local];
  f.whileAtLeast(planes, 1, () => {
    copy(f, to, lineTo);
    copy(f, from, lineFrom);
    copy(f, height, rows);
    f.whileAtLeast(rows, 1, () => {
      copy(f, width, left);
      copy(f, lineTo, atTo);
      copy(f, lineFrom, atFrom);
      whenContiguous(f, () =>
        f.whileAtLeast(left, 4, () => {
          each('v128', atTo, atFrom);
          advance(f, atTo, 16);
          advance(f, atFrom, 16);
          advance(f, left, -4);
        }),
      );
      f.whileAtLeast(left, 1, () => {
        each('f32', atTo, atFrom);
        advanceBy(f, atTo, stepTo);
        advanceBy(f, atFrom, stepFrom);
        advance(f, left, -1);
      });
      advanceBy(f, lineTo, rowTo);
      advanceBy(f, lineFrom, rowFrom);
      advance(f, rows, -1);
    });
    advanceBy(f, to, planeTo);
    advanceBy(f, from, planeFrom);
    advance(f, planes, -1);
  });
}

function whenContiguous(f: Body, then: () => void): void {
  for (const step of [blocks.stepTo, blocks.stepFrom]) {
    f.get(step);
    f.integer(4);
    f.op('i32.eq');
  }
  f.op('i32.and');
  f.when(then);
}
