import type { Body, Local, WasmFunction } from './encode.js';
import { accumulate, advance, advanceBy, copy, sumOfLanes } from './steps.js';

/** Two blocks of numbers of the same size with strides in bytes, as locals. */
interface Blocks {
  readonly to: Local;
  readonly rowTo: Local;
  readonly stepTo: Local;
  readonly from: Local;
  readonly rowFrom: Local;
  readonly stepFrom: Local;
  readonly width: Local;
  readonly height: Local;
}

/** The parameters of all functions here: two places with strides of rows and along rows, width and height. */
const parameters = Array<'i32'>(8).fill('i32');
const blocks: Blocks = {
  to: 0,
  rowTo: 1,
  stepTo: 2,
  from: 3,
  rowFrom: 4,
  stepFrom: 5,
  width: 6,
  height: 7,
};

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

/** to = to + from · factor, where the factor is parameter 8 */
export const addBlock: WasmFunction = {
  name: 'addBlock',
  parameters: [...parameters, 'f32'],
  write(f) {
    const factors = { f32: 8, v128: f.local('v128') };
    f.get(factors.f32);
    f.op('f32x4.splat');
    f.set(factors.v128);
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

/** Does `each` for all numbers of the blocks, four by four where both are contiguous. */
function overBlock(f: Body, each: (type: 'f32' | 'v128', to: Local, from: Local) => void): void {
  const { to, rowTo, stepTo, from, rowFrom, stepFrom, width, height } = blocks;
  const [left, atTo, atFrom] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.whileAtLeast(height, 1, () => {
    copy(f, width, left);
    copy(f, to, atTo);
    copy(f, from, atFrom);
    f.get(stepTo);
    f.integer(4);
    f.op('i32.eq');
    f.get(stepFrom);
    f.integer(4);
    f.op('i32.eq');
    f.op('i32.and');
    f.when(() =>
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
    advanceBy(f, to, rowTo);
    advanceBy(f, from, rowFrom);
    advance(f, height, -1);
  });
}
