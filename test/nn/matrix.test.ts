import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { productTransposed, transpose } from '../../src/nn/matrix.js';

const source = random(3);
const integers = (length: number) => Float32Array.from({ length }, () => source.below(255) - 127);

test.each([
  [1, 1, 1],
  [4, 4, 7],
  [5, 3, 2],
  [3, 9, 4],
  [8, 12, 1],
  [9, 11, 33],
  [2, 5, 0],
])('%i × %i sums of %i products are those of the definition', (rows, columns, depth) => {
  const [a, b] = [integers(rows * depth), integers(columns * depth)];
  const out = new Float64Array(rows * columns);
  productTransposed(a, b, rows, columns, depth, out);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let i = 0; i < depth; i++) sum += a[r * depth + i]! * b[c * depth + i]!;
      expect(out[r * columns + c]).toBe(sum);
    }
  }
});

test('the transpose exchanges rows and columns', () => {
  expect([...transpose(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});
