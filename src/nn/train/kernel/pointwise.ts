import type { Body, Local, WasmFunction } from './encode.js';
import { advance, advanceBy, copy } from './steps.js';

/** to = max(0, from), for parameters to, from and count */
export const relu: WasmFunction = {
  name: 'relu',
  parameters: ['i32', 'i32', 'i32'],
  write(f) {
    const [to, from, count] = [0, 1, 2];
    overLists(f, count, [to, from], (type) => {
      f.get(to);
      f.get(from);
      f.move(`${type}.load`);
      f.zero(type);
      f.op(type === 'f32' ? 'f32.max' : 'f32x4.max');
      f.move(`${type}.store`);
    });
  },
};

/** to = slope where y > 0, else 0; for parameters to, y, slope and count */
export const reluSlope: WasmFunction = {
  name: 'reluSlope',
  parameters: ['i32', 'i32', 'i32', 'i32'],
  write(f) {
    const [to, y, slope, count] = [0, 1, 2, 3];
    const positive = (type: 'f32' | 'v128'): void => {
      f.get(y);
      f.move(`${type}.load`);
      f.zero(type);
      f.op(type === 'f32' ? 'f32.gt' : 'f32x4.gt');
    };
    overLists(f, count, [to, y, slope], (type) => {
      f.get(to);
      f.get(slope);
      f.move(`${type}.load`);
      if (type === 'f32') f.zero('f32');
      positive(type);
      f.op(type === 'f32' ? 'select' : 'v128.and');
      f.move(`${type}.store`);
    });
  },
};

/** Does `each` along lists of `count` floats, four by four and then one by one; the places move with it. */
function overLists(
  f: Body,
  count: Local,
  places: readonly Local[],
  each: (type: 'f32' | 'v128') => void,
): void {
  for (const [type, width] of [
    ['v128', 4],
    ['f32', 1],
  ] as const) {
    f.whileAtLeast(count, width, () => {
      each(type);
      for (const place of places) advance(f, place, 4 * width);
      advance(f, count, -width);
    });
  }
}

/**
 * A row of largest numbers of windows: parameters y, where they came from, x at the first window, bytes between its
 * rows, bytes between windows, size of a window, how many windows, and where the array of x begins. Where a number came
 * from is its index in that array; of equal ones the first.
 */
export const maxRow: WasmFunction = {
  name: 'maxRow',
  parameters: Array<'i32'>(8).fill('i32'),
  write(f) {
    const [y, from, x, rowX, step, size, count, base] = Array.from({ length: 8 }, (_, i) => i) as unknown as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const [best, value] = [f.local('f32'), f.local('f32')];
    const [at, line, place, rows, columns] = Array.from({ length: 5 }, () => f.local('i32')) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const choose = (a: Local, b: Local): void => {
      f.get(a);
      f.get(b);
      f.get(value);
      f.get(best);
      f.op('f32.gt');
      f.op('select');
    };
    f.whileAtLeast(count, 1, () => {
      copy(f, x, at);
      f.get(x);
      f.move('f32.load');
      f.set(best);
      copy(f, x, line);
      copy(f, size, rows);
      f.whileAtLeast(rows, 1, () => {
        copy(f, line, place);
        copy(f, size, columns);
        f.whileAtLeast(columns, 1, () => {
          f.get(place);
          f.move('f32.load');
          f.set(value);
          choose(place, at);
          f.set(at);
          choose(value, best);
          f.set(best);
          advance(f, place, 4);
          advance(f, columns, -1);
        });
        advanceBy(f, line, rowX);
        advance(f, rows, -1);
      });
      f.get(y);
      f.get(best);
      f.move('f32.store');
      f.get(from);
      f.get(at);
      f.get(base);
      f.op('i32.sub');
      f.integer(2);
      f.op('i32.shr_u');
      f.move('i32.store');
      advance(f, y, 4);
      advance(f, from, 4);
      advanceBy(f, x, step);
      advance(f, count, -1);
    });
  },
};
