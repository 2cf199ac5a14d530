import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode as encodePng, type ImageData } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, describe, expect, test } from 'vitest';
import { writeNpy } from '../../src/format/index.js';
import { namesFiles, range, readOwnData, type Fitting } from '../../src/nn/index.js';
import { faults, need } from './networks.js';

const top = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(top, { recursive: true }));

function write(name: string, contents: Uint8Array | string): string {
  const path = join(top, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

const png = (data: readonly number[], more: Partial<ImageData> = {}): Uint8Array =>
  encodePng({ width: 3, height: 2, channels: 1, ...more, data: Uint8Array.from(data) });
const grey = (first: number): number[] => [first, 1, 2, 3, 4, 255];
const rgba = (pixels: readonly number[], channels: number): number[] =>
  pixels.flatMap((x) => (channels === 2 ? [x, 255] : [x, x, x, 255].slice(0, channels)));

const small: Fitting = { shape: [1, 2, 3], classes: 2 };
const colour: Fitting = { shape: [3, 2, 3], classes: 2 };
const all = (size: number): number[] => range(0, size);
const read = (name: string, fitting = small, split: 'train' | 'test' = 'test', positions = all) =>
  readOwnData(name, split, positions, 'unit', fitting);

/** One picture for each of two classes. */
function pair(name: string, first: Uint8Array, second: Uint8Array = png(grey(9))): string {
  write(`${name}/a/1.png`, first);
  write(`${name}/b/1.png`, second);
  return join(top, name);
}

describe('a folder with a folder for each class', () => {
  test('gives images of each class in turn, classes by value and files by name', async () => {
    for (const [file, first] of [
      ['10/b.png', 11],
      ['10/a.PNG', 10],
      ['9/x.png', 90],
      ['9/notes.txt', 0],
      ['10/c.png', 12],
    ] as const)
      write(`turns/${file}`, png(grey(first)));
    const { images, normalisation } = need(await read(join(top, 'turns')));
    expect([...images.labels]).toEqual([0, 1, 1, 1]);
    expect(range(0, 4).map((i) => images.pixels[6 * i])).toEqual([90, 10, 11, 12]);
    expect([...images.pixels.subarray(0, 6)]).toEqual(grey(90));
    expect(images).toMatchObject({ count: 4, shape: [1, 2, 3], classes: 2 });
    expect(normalisation.scale).toBe(1 / 255);
    const some = need(await read(join(top, 'turns'), small, 'test', () => [1, 3, 7])).images;
    expect([...some.labels, some.pixels[0], some.pixels[6]]).toEqual([1, 1, 10, 12]);
  });

  test('draws calibration from the tested images, with a warning, unless there are splits', async () => {
    const shared = await read(pair('shared', png(grey(1))), small, 'train');
    expect(need(shared).images.count).toBe(2);
    expect(shared.diagnostics.map(({ code }) => code)).toEqual(['nn-data-calibration']);
    for (const split of ['train', 'test']) pair(`split/${split}`, png(grey(split.length)));
    const own = await read(join(top, 'split'), small, 'train');
    expect([need(own).images.pixels[0], own.diagnostics]).toEqual([5, []]);
    expect(need(await read(join(top, 'split'))).images.pixels[0]).toBe(4);
  });

  test.each([
    ['grey', png(grey(7))],
    ['grey and opaque', png(rgba(grey(7), 2), { channels: 2 })],
    ['equal colours', png(rgba(grey(7), 3), { channels: 3 })],
    ['equal and opaque colours', png(rgba(grey(7), 4), { channels: 4 })],
  ])('takes PNG with %s for grey and for colour', async (name, bytes) => {
    const folder = pair(name, bytes);
    const one = need(await read(folder)).images.pixels.subarray(0, 6);
    const three = need(await read(folder, colour)).images.pixels.subarray(0, 18);
    expect([...one]).toEqual(grey(7));
    expect([...three]).toEqual([...grey(7), ...grey(7), ...grey(7)]);
  });

  test('takes samples of fewer bits', async () => {
    // Two rows of three pixels; rows begin with a byte.
    const folder = pair('bits', png([0b000110_00, 0b111001_00], { depth: 2 }), png(grey(0)));
    expect([...need(await read(folder)).images.pixels.subarray(0, 6)]).toEqual([0, 85, 170, 255, 170, 85]);
  });

  test('brings the colours of a picture into planes', async () => {
    const pixels = range(0, 18).map((i) => 10 * i);
    const folder = pair('planes', png(pixels, { channels: 3 }));
    const planes = [0, 1, 2].flatMap((channel) => pixels.filter((_, i) => i % 3 === channel));
    expect([...need(await read(folder, colour)).images.pixels.subarray(0, 18)]).toEqual(planes);
  });

  test('takes JPEG, of which a grey one stays grey', async () => {
    const flat = (r: number, g: number, b: number): Uint8Array => {
      const data = range(0, 6).flatMap(() => [r, g, b, 255]);
      return jpeg.encode({ width: 3, height: 2, data: Uint8Array.from(data) }, 100).data;
    };
    write('jpeg/a/1.jpg', flat(100, 100, 100));
    write('jpeg/b/1.JPEG', flat(100, 100, 100));
    expect([...need(await read(join(top, 'jpeg'))).images.pixels]).toEqual(Array(12).fill(100));
    write('jpeg/b/1.JPEG', flat(200, 40, 90));
    const { pixels } = need(await read(join(top, 'jpeg'), colour)).images;
    [200, 40, 90].forEach((x, c) => expect(Math.abs(pixels[18 + 6 * c]! - x)).toBeLessThan(4));
    expect((await read(join(top, 'jpeg'))).diagnostics[0]!.message).toContain('in colour');
  });

  test('says of each file why it does not fit', async () => {
    const whole = png(grey(1));
    const files: [string, Uint8Array, RegExp][] = [
      ['a', png([1, 2, 3, 4], { width: 2 }), /2 × 2 pixels, and the network reads 3 × 2/],
      ['b', png(range(0, 18), { channels: 3 }), /in colour, and the network reads grey/],
      ['c', png([1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], { channels: 2 }), /transparent/],
      ['d', whole.subarray(0, whole.length - 20), /damaged/],
      ['e', Uint8Array.of(1, 2, 3), /neither PNG nor JPEG/],
      ['f', encodePng({ width: 3, height: 2, depth: 16, channels: 1, data: new Uint16Array(6) }), /16 bits/],
      ['g', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0), /damaged/],
    ];
    for (const [name, bytes] of files) write(`bad/a/${name}.png`, bytes);
    write('bad/b/a.png', png(grey(1)));
    const { ok, diagnostics } = await read(join(top, 'bad'));
    expect([ok, diagnostics.length]).toEqual([false, files.length]);
    files.forEach(([name, , why], i) => {
      expect(diagnostics[i]!.message).toMatch(why);
      expect(diagnostics[i]!.place!.file).toBe(join(top, 'bad', 'a', `${name}.png`));
    });
  });

  test('may have some of the classes, by their numbers', async () => {
    write('some/2/a.png', png(grey(7)));
    write('some/0/a.png', png(grey(8)));
    const { images } = need(await read(join(top, 'some'), { ...small, classes: 4 }));
    expect([[...images.labels], images.classes]).toEqual([[0, 2], 4]);
    expect(faults(await read(join(top, 'turns'), { ...small, classes: 4 }))).toEqual(['nn-data-classes']);
  });

  test('must have the classes of the network', async () => {
    const folder = pair('classes', png(grey(1)));
    const made = await read(folder, { ...small, classes: 3 });
    expect(faults(made)).toEqual(['nn-data-classes']);
    expect(made.diagnostics[0]!.message).toContain('2 classes (a, b), and the network has 3');
    expect(faults(await read(folder, { shape: [6], classes: 2 }))).toEqual(['nn-data-network']);
  });
});

describe('files with all images', () => {
  const numbers = (shape: number[], ...data: number[]) => writeNpy({ shape, data: Float32Array.from(data) });

  test('CSV, of which the images that are there are taken', async () => {
    const file = write('a.csv', '1,1,2,3,4,5,6\n0,7,8,9,10,11,12\n');
    const { images } = need(await read(file, small, 'test', () => range(1, 5)));
    expect([images.count, ...images.labels, ...images.pixels]).toEqual([1, 0, 7, 8, 9, 10, 11, 12]);
    expect(faults(await read(write('b.csv', '1,1,2\n'), small))).toEqual(['nn-data-damaged']);
    const empty = await read(write('c.csv', 'class,a,b,c,d,e,f\n'), small);
    expect(empty.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('holds no images'),
    ]);
  });

  test('a pair of NumPy arrays', async () => {
    const x = write('x.npy', numbers([2, 2, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    const y = write('y.npy', numbers([2], 1, 0));
    const { images } = need(await read(`${x},${y}`));
    expect([...images.labels, images.pixels[6]]).toEqual([1, 0, 7]);
    const wide = await read(`${x},${y}`, { shape: [1, 3, 2], classes: 2 });
    expect(wide.diagnostics[0]!.message).toContain('[1, 2, 3], and the network reads [1, 3, 2]');
    expect(faults(await read(x))).toEqual(['nn-data-kind']);
    expect(faults(await read(`${x}1.npy,${y}2.npy`))).toEqual(['nn-data-missing', 'nn-data-missing']);
  });

  test('are told from names of data sets', () => {
    const names = ['mnist', 'mnst', 'a/b', 'x.npy,y.npy', 'x.csv', 'src'];
    expect(names.map(namesFiles)).toEqual([false, false, true, true, true, true]);
  });
});
