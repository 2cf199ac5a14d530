import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Tools = Readonly<Record<string, string>>;

let found: Tools | undefined;

/**
 * What computes points here: this package's version and a digest of its code, and the version of the synthesis tool. Figures
 * are shared only between equal ones.
 */
export function tools(): Tools {
  return (found ??= {
    bitloom: versionOf(fromHere('../../package.json')),
    code: codeDigest(),
    yosys: yosysVersion(),
  });
}

function fromHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function versionOf(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

function yosysVersion(): string {
  // Its package does not let its package.json be imported.
  const entry = createRequire(import.meta.url).resolve('@yowasp/yosys');
  return `@yowasp/yosys ${versionOf(join(dirname(entry), '..', 'package.json'))}`;
}

/** A digest of all modules of the package, as they are run. */
function codeDigest(): string {
  const root = fromHere('../');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}
