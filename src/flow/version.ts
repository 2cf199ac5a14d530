import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of this package. */
export const version: string = (
  createRequire(import.meta.url)('../../package.json') as { readonly version: string }
).version;

/** Changes whenever the program does: the version, and the files that it consists of as they were last written. */
export function codeStamp(): string {
  const root = fileURLToPath(new URL('../', import.meta.url));
  // `recursive` without the kinds of entries asks for the kind of each, which takes ten times as long
  const times = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs);
  return `${version} ${times.length} ${Math.max(...times)}`;
}
