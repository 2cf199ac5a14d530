import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where an installed npm package is, seen from the user's folder first and then from here; undefined if not installed. */
export function packageFolder(name: string): string | undefined {
  const finders = [join(process.cwd(), 'package.json'), import.meta.url].map((from) => createRequire(from));
  for (const find of finders) {
    try {
      // Only the place of the package is asked for: loading it would read and expand all images.
      return dirname(find.resolve(`${name}/package.json`));
    } catch {
      continue;
    }
  }
  return undefined;
}
