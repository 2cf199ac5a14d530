import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, success, type Result } from '../../../base/index.js';
import { packageFolder } from '../../data/package.js';
import { damagedData, dataPackageMissing } from '../../data/problems.js';

/** The text of a file of an npm package, if it looks as it should. */
export function packageText(
  set: string,
  npm: string,
  path: string,
  looksRight: (text: string) => boolean,
): Result<string> {
  const folder = packageFolder(npm);
  if (folder === undefined) return failure(dataPackageMissing(set, npm));
  const file = join(folder, path);
  try {
    const text = readFileSync(file, 'utf8');
    return looksRight(text) ? success(text) : failure(damagedData(file, 'it is not what is expected'));
  } catch {
    return failure(damagedData(file, 'it cannot be read'));
  }
}
