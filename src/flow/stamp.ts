import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { version } from './version.js';

/** Changes whenever the program does: the version, and the files that figures are computed by as they were last written. */
export function codeStamp(): string {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const times = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => statSync(`${root}${file}`).mtimeMs);
  return `${version} ${times.length} ${Math.max(...times)}`;
}
