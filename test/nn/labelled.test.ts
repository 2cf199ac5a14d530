import { describe, expect, test } from 'vitest';
import { writeNpy } from '../../src/format/index.js';
import { imagesFromCsv, imagesFromNpy } from '../../src/nn/index.js';
import { faults, need } from './networks.js';

const shape = [1, 1, 3] as const;
const wanted = {
  count: 2,
  shape,
  classes: 10,
  pixels: Uint8Array.of(0, 128, 255, 1, 2, 3),
  labels: Uint8Array.of(7, 0),
};

describe('text with an image a line', () => {
  test.each([
    ['7,0,128,255\n0,1,2,3\n'],
    ['label,1x1,1x2,1x3\r\n7,0,128,255\r\n\r\n0,1,2,3'],
    ['"label","a","b","c"\n7, 0, 128, 255\n0,1,2,3'],
  ])('%j', (text) => {
    expect(need(imagesFromCsv(text, 'a.csv', shape, 10))).toEqual(wanted);
  });

  test('each line that is none is named', () => {
    const text = 'label,a,b,c\n7,0,128,255\n10,1,2,3\n1,2,3\n1,2,,3\n1,2,3,256\n-1,2,3,4\n1,2,3,x';
    const result = imagesFromCsv(text, 'a.csv', shape, 10);
    expect(faults(result)).toEqual(Array.from({ length: 6 }, () => 'nn-data-damaged'));
    expect(result.diagnostics.map(({ place }) => place!.line)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(result.diagnostics[0]!.message).toContain('from 0 to 9');
    expect(result.diagnostics[1]!.message).toContain('3 numbers, not a class and 3 bytes');
  });

  test('a first line with a wrong number is no heading', () => {
    expect(faults(imagesFromCsv('-1,2,3,4', 'a.csv', shape, 10))).toEqual(['nn-data-damaged']);
  });

  test('no image at all is an empty set', () => {
    expect(need(imagesFromCsv('', 'a.csv', shape, 10)).count).toBe(0);
  });
});

describe('NumPy arrays', () => {
  const file = (shape: readonly number[], ...data: number[]) => ({
    file: 'a.npy',
    bytes: writeNpy({ shape, data: Float32Array.from(data) }),
  });
  const labels = file([2], 7, 0);

  test.each([[[2, 1, 3]], [[2, 1, 1, 3]]])('of %j', (sizes) => {
    const images = file(sizes, 0, 128, 255, 1, 2, 3);
    expect(need(imagesFromNpy(images, labels, 10))).toEqual(wanted);
  });

  test('that are no labelled images are faults, all of them', () => {
    const images = file([2, 1, 3], 0, 128, 256, 1, 2, 0.5);
    expect(faults(imagesFromNpy(images, file([3], 1, 2, 10), 10))).toHaveLength(3);
    expect(faults(imagesFromNpy(file([6], 1, 2, 3, 4, 5, 6), labels, 10))).toEqual(['nn-data-damaged']);
    const broken = { file: 'b.npy', bytes: Uint8Array.of(1, 2) };
    expect(faults(imagesFromNpy(broken, broken, 10))).toHaveLength(2);
  });
});
