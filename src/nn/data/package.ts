import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where an installed npm package is, seen from the user's folder first and then from here; undefined if not installed. */
export function packageFolder(name: string): string | undefined {
  const finders = [join(process.cwd(), 'package.json'), import.meta.url].map((from) => createRequire(from));
  // Looked for as Node does, and not resolved: loading a package would expand all its data, and some name no file
  // that could be resolved instead.
  const folders = finders
    .flatMap((find) => find.resolve.paths(name) ?? [])
    .map((folder) => join(folder, name));
  return folders.find((folder) => existsSync(join(folder, 'package.json')));
}
