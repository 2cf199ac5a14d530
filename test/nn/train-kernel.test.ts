import { expect, test } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { fastSpace, plainSpace, type Floats, type Space } from '../../src/nn/index.js';

const source = random(11);

/** The same random numbers in both spaces. */
function both(spaces: readonly Space[], length: number): Floats[] {
  const numbers = Array.from({ length }, () => source.normal());
  return spaces.map((space) => {
    const data = space.floats(length);
    data.set(numbers);
    return data;
  });
}

const pick = (from: Random, least: number, most: number): number => least + from.below(most - least + 1);

test('matrix products are those of plain loops, bit for bit', () => {
  const spaces = [fastSpace(), plainSpace(32)];
  for (let round = 0; round < 150; round++) {
    const [m, n, depth] = [pick(source, 1, 11), pick(source, 1, 21), pick(source, 0, 13)];
    const [gapA, gapB, gapC, at] = [0, 0, 0, 0].map(() => pick(source, 0, 3));
    const add = source.below(2) === 1;
    const across = source.below(2) === 1;
    const a = both(spaces, at! + (m + gapA!) * (depth + gapA!) + 8);
    const b = both(spaces, at! + Math.max(depth, n) * (Math.max(depth, n) + gapB!));
    const c = both(spaces, at! + m * (n + gapC!));
    spaces.forEach((space, s) => {
      const to = { data: c[s]!, at: at!, row: n + gapC! };
      const right = { data: b[s]!, at: at!, row: Math.max(depth, n) + gapB! };
      const rowA = across ? 1 : depth + gapA!;
      const stepA = across ? m + gapA! : 1;
      space.product(m, n, depth, { data: a[s]!, at: at!, row: rowA }, right, to, add, stepA);
    });
    expect(c[0]).toEqual(c[1]);
    spaces.forEach((space, s) => {
      const to = { data: c[s]!, at: at!, row: n + gapC! };
      const right = { data: b[s]!, at: at!, row: Math.max(depth, n) + gapB! };
      space.transposed(m, n, depth, { data: a[s]!, at: at!, row: depth + gapA! }, right, to, add);
    });
    expect(c[0]).toEqual(c[1]);
  }
});

test('copies, sums and products of blocks are those of plain loops, bit for bit', () => {
  const spaces = [fastSpace(), plainSpace(32)];
  for (let round = 0; round < 150; round++) {
    const [width, height, planes] = [pick(source, 1, 14), pick(source, 1, 5), pick(source, 1, 3)];
    const [stepA, stepB, at] = [pick(source, 1, 2), pick(source, 1, 2), pick(source, 0, 3)];
    const [rowA, rowB] = [width * stepA + source.below(3), width * stepB + source.below(3)];
    const [planeA, planeB] = [height * rowA + source.below(3), height * rowB + source.below(3)];
    const a = both(spaces, at + planes * planeA);
    const b = both(spaces, at + planes * planeB);
    const [factor, offset] = [source.normal(), source.normal()];
    const size = { width, height, planes };
    const sums = spaces.map((space, s) => {
      const to = { data: a[s]!, at, row: rowA, step: stepA, plane: planeA };
      const from = { data: b[s]!, at, row: rowB, step: stepB, plane: planeB };
      space.addBlock(to, from, size, factor);
      const sum = space.dotBlock(to, from, size);
      if (round % 2 === 0) space.mapBlock(from, to, size, offset, factor);
      else space.copyBlock(from, to, size);
      return sum;
    });
    expect(sums[0]).toBe(sums[1]);
    expect(a[0]).toEqual(a[1]);
    expect(b[0]).toEqual(b[1]);
  }
});

test('rectifiers and the largest of windows are those of plain loops', () => {
  const spaces = [fastSpace(), plainSpace(32)];
  for (let round = 0; round < 100; round++) {
    const [size, step, count] = [pick(source, 1, 3), pick(source, 1, 3), pick(source, 1, 9)];
    const row = (count - 1) * step + size + source.below(3);
    const at = source.below(4);
    const x = both(spaces, at + size * row);
    // Halves make ties.
    x.forEach((data) => data.forEach((value, i) => (data[i] = Math.round(2 * value) / 2)));
    const slopes = both(spaces, x[0]!.length);
    const results = spaces.map((space, s) => {
      const [y, dx, rectified] = [0, 1, 2].map(() => space.floats(x[s]!.length)) as [Floats, Floats, Floats];
      const from = space.indices(count + at);
      space.relu(rectified, x[s]!);
      space.reluSlope(dx, rectified, slopes[s]!);
      space.maxRow(
        { data: y, at, row: 0 },
        { data: from, at },
        { data: x[s]!, at, row, step, plane: 0 },
        size,
        count,
      );
      return [rectified, dx, y, from].map((list) => [...list]);
    });
    expect(results[0]).toEqual(results[1]);
  }
});

test('a space grows, and what it gave before stays', () => {
  const space = fastSpace();
  const first = space.floats(3);
  first.set([1, 2, 3]);
  const second = space.floats(1 << 20);
  second.fill(7);
  expect([...first]).toEqual([1, 2, 3]);
  expect(second.at(-1)).toBe(7);
});
