import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import { readNpy } from '../../format/index.js';
import { damagedData, damagedLine } from './problems.js';
import { elements } from '../tensor.js';
import type { Images } from './images.js';

/** How many faults of one file are told. */
const mostFaults = 20;

/**
 * Labelled images from text with one image a line: its class, then its channels × height × width bytes, row-major,
 * separated by commas. A first line that begins with no number is a heading. Lines that are not so are faults.
 *
 * @param file what messages call it
 * @param shape channels, height, width
 */
export function imagesFromCsv(
  text: string,
  file: string,
  shape: Images['shape'],
  classes: number,
): Result<Images> {
  const size = elements(shape);
  const lines = text.split(/\r?\n/);
  const heading = /^\s*"?[^\s"\d.+-]/.test(lines[0] ?? '') ? 1 : 0;
  const places = lines.flatMap((line, i) => (i >= heading && line.trim() !== '' ? [i] : []));
  const pixels = new Uint8Array(places.length * size);
  const labels = new Uint8Array(places.length);
  const found: Diagnostic[] = [];
  places.forEach((at, image) => {
    const numbers = lines[at]!.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    const wrong = wrongImage(numbers, size, classes);
    if (wrong !== undefined) {
      if (found.length < mostFaults) found.push(damagedLine(file, at + 1, wrong));
      return;
    }
    labels[image] = numbers[0]!;
    pixels.set(numbers.slice(1), image * size);
  });
  if (found.length > 0) return failure(...found);
  return success({ count: places.length, shape, classes, pixels, labels });
}

/** A .npy file by its name in messages and its bytes. */
export interface ArrayFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Labelled images from two .npy files of floats that are whole numbers: images [count, height, width] or
 * [count, channels, height, width] from 0 to 255, and classes [count].
 */
export function imagesFromNpy(images: ArrayFile, labels: ArrayFile, classes: number): Result<Images> {
  const [pictures, answers] = [readNpy(images.file, images.bytes), readNpy(labels.file, labels.bytes)];
  if (!pictures.ok || !answers.ok) return failure(...pictures.diagnostics, ...answers.diagnostics);
  const { shape, data } = pictures.value;
  const [count, ...sizes] = shape.length === 3 ? [shape[0]!, 1, shape[1]!, shape[2]!] : shape;
  if (count === undefined || sizes.length !== 3) {
    return failure(
      damagedData(images.file, `it is [${shape.join(', ')}], not [count, channels, height, width]`),
    );
  }
  const found: Diagnostic[] = [];
  if (!data.every(isByte))
    found.push(damagedData(images.file, 'its numbers are not whole ones from 0 to 255'));
  const given = answers.value;
  if (given.shape.length !== 1 || given.shape[0] !== count) {
    found.push(damagedData(labels.file, `it is [${given.shape.join(', ')}], not [${count}]`));
  }
  if (!given.data.every((label) => isClass(label, classes))) {
    found.push(damagedData(labels.file, `its numbers are not classes from 0 to ${classes - 1}`));
  }
  if (found.length > 0) return failure(...found);
  const [channels, height, width] = sizes as [number, number, number];
  return success({
    count,
    shape: [channels, height, width],
    classes,
    pixels: Uint8Array.from(data),
    labels: Uint8Array.from(given.data),
  });
}

function wrongImage(numbers: readonly number[], size: number, classes: number): string | undefined {
  if (numbers.length !== size + 1) return `it has ${numbers.length} numbers, not a class and ${size} bytes`;
  if (!isClass(numbers[0]!, classes)) return `its class is not a whole number from 0 to ${classes - 1}`;
  return numbers.every((x, i) => i === 0 || isByte(x)) ? undefined : 'not all its pixels are from 0 to 255';
}

function isClass(x: number, classes: number): boolean {
  return Number.isInteger(x) && x >= 0 && x < classes;
}

function isByte(x: number): boolean {
  return Number.isInteger(x) && x >= 0 && x <= 255;
}
