import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import { damagedData, foldersOfClasses } from './problems.js';
import { elements } from '../tensor.js';
import type { Images, Split } from './images.js';
import { pictureReader } from './picture.js';

/** How many faults of one folder are told. */
const mostFaults = 20;

const pictureNames = /\.(png|jpe?g)$/i;

interface Labelled {
  readonly file: string;
  readonly label: number;
}

/** Whether a folder has a folder for each split, and the classes below them. */
export function hasSplits(folder: string): boolean {
  return isFolder(join(folder, 'train')) && isFolder(join(folder, 'test'));
}

/**
 * Labelled images from a folder with a folder of PNG and JPEG files for each class. The classes are in the order of
 * their names, by value where all are whole numbers, which may be some of the classes counted from 0; images come from each class in turn, by the files' names, so that
 * the first ones are of all classes. Where there are folders `train` and `test`, the classes are below them; without,
 * all images are of both splits.
 *
 * @param positions which, from the number of files
 */
export async function imagesFromFolder(
  folder: string,
  split: Split,
  positions: (size: number) => readonly number[],
  shape: Images['shape'],
  classes: number,
): Promise<Result<Images>> {
  const top = hasSplits(folder) ? join(folder, split) : folder;
  const names = inOrder(readdirSync(top).filter((name) => isFolder(join(top, name))));
  const some = names.length > 0 && names.length < classes && names.every((name) => isClass(name, classes));
  if (names.length !== classes && !some) return failure(foldersOfClasses(top, names, classes));
  const files = inTurn(
    names.map((name, i) => {
      const label = some ? Number(name) : i;
      const own = readdirSync(join(top, name)).filter((file) => pictureNames.test(file));
      return inOrder(own).map((file) => ({ file: join(top, name, file), label }));
    }),
  );
  const chosen = positions(files.length).flatMap((at) => files[at] ?? []);
  const size = elements(shape);
  const pixels = new Uint8Array(chosen.length * size);
  const read = await pictureReader();
  const found: Diagnostic[] = [];
  for (const [i, { file }] of chosen.entries()) {
    const picture = read(readFileSync(file), shape);
    if (typeof picture !== 'string') pixels.set(picture, i * size);
    else if (found.push(damagedData(file, picture)) >= mostFaults) break;
  }
  if (found.length > 0) return failure(...found);
  const labels = Uint8Array.from(chosen, ({ label }) => label);
  return success({ count: chosen.length, shape, classes, pixels, labels });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether a folder's name is the number of a class, counted from 0. */
function isClass(name: string, classes: number): boolean {
  return /^\d+$/.test(name) && Number(name) < classes;
}

/** By code units, whatever the user's language; whole numbers by value. */
function inOrder(names: readonly string[]): string[] {
  const numbers = names.every((name) => /^\d+$/.test(name));
  return names.toSorted((a, b) => (numbers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

/** The first of each class, then the second of each, and so on. */
function inTurn(classes: readonly (readonly Labelled[])[]): Labelled[] {
  const most = classes.reduce((length, files) => Math.max(length, files.length), 0);
  return Array.from({ length: most }, (_, i) => classes.flatMap((files) => files[i] ?? [])).flat();
}
