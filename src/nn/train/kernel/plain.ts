import type { Block, BlockSize, Space } from './space.js';

type Round = (x: number) => number;

/** The matrix product in the order of the fast kernel: along the depth, rounded after each product and sum. */
export function productInOrder(round: Round): Space['product'] {
  return (m, n, depth, a, b, c, add = false, stepA = 1) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const to = c.at + i * c.row + j;
        let sum = add ? c.data[to]! : 0;
        for (let k = 0; k < depth; k++) {
          const x = a.data[a.at + i * a.row + k * stepA]!;
          sum = round(sum + round(x * b.data[b.at + k * b.row + j]!));
        }
        c.data[to] = sum;
      }
    }
  };
}

/** The product by a transposed matrix in the order of the fast kernel: four interleaved sums, then the rest. */
export function transposedInOrder(round: Round): Space['transposed'] {
  return (m, n, depth, a, b, c, add = false) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const [fromA, fromB, to] = [a.at + i * a.row, b.at + j * b.row, c.at + i * c.row + j];
        const sums = [0, 0, 0, 0];
        const whole = depth - (depth % 4);
        for (let k = 0; k < whole; k++) {
          sums[k % 4] = round(sums[k % 4]! + round(a.data[fromA + k]! * b.data[fromB + k]!));
        }
        let sum = ofLanes(sums, round);
        for (let k = whole; k < depth; k++) sum = round(sum + round(a.data[fromA + k]! * b.data[fromB + k]!));
        c.data[to] = add ? round(c.data[to]! + sum) : sum;
      }
    }
  };
}

export function blocksInOrder(round: Round): Pick<Space, 'copyBlock' | 'addBlock' | 'mapBlock' | 'dotBlock'> {
  return {
    copyBlock: (to, from, size) => over(to, from, size, (i, j) => (to.data[i] = from.data[j]!)),
    addBlock: (to, from, size, factor) => {
      const by = round(factor);
      over(to, from, size, (i, j) => (to.data[i] = round(to.data[i]! + round(from.data[j]! * by))));
    },
    mapBlock: (to, from, size, factor, offset) => {
      const [by, plus] = [round(factor), round(offset)];
      over(to, from, size, (i, j) => (to.data[i] = round(round(from.data[j]! * by) + plus)));
    },
    dotBlock(a, b, size) {
      const sums = [0, 0, 0, 0, 0];
      const whole = a.step === 1 && b.step === 1 ? size.width - (size.width % 4) : 0;
      over(a, b, size, (i, j, x) => {
        const lane = x < whole ? x % 4 : 4;
        sums[lane] = round(sums[lane]! + round(a.data[i]! * b.data[j]!));
      });
      return round(ofLanes(sums, round) + sums[4]!);
    },
  };
}

export const listsInOrder: Pick<Space, 'relu' | 'reluSlope' | 'maxRow'> = {
  relu: (to, from) => from.forEach((x, i) => (to[i] = Math.max(0, x))),
  reluSlope: (to, y, slope) => slope.forEach((x, i) => (to[i] = y[i]! > 0 ? x : 0)),
  maxRow(y, from, x, size, count) {
    for (let i = 0; i < count; i++) {
      const corner = x.at + i * x.step;
      let best = corner;
      for (let k = 0; k < size * size; k++) {
        const at = corner + Math.floor(k / size) * x.row + (k % size);
        if (x.data[at]! > x.data[best]!) best = at;
      }
      y.data[y.at + i] = x.data[best]!;
      from.data[from.at + i] = best;
    }
  },
};

function ofLanes(sums: readonly number[], round: Round): number {
  return round(round(sums[0]! + sums[1]!) + round(sums[2]! + sums[3]!));
}

function over(
  to: Block,
  from: Block,
  { width, height, planes }: BlockSize,
  each: (i: number, j: number, x: number) => void,
): void {
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      const [left, right] = [to, from].map((block) => block.at + plane * block.plane + y * block.row);
      for (let x = 0; x < width; x++) each(left! + x * to.step, right! + x * from.step, x);
    }
  }
}
