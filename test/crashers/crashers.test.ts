import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultIn } from '../fuzz/chain.js';
import { readCrasher } from '../fuzz/store.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

/** Every design that ever failed under fuzzing. */
describe('designs that failed once', () => {
  it('are read', () => expect(files).toEqual(files.filter((file) => readCrasher(textOf(file)).design.top)));

  it.each(files)('%s fails no more', (file) => {
    const { design, seed } = readCrasher(textOf(file));
    expect(faultIn(design, seed)).toBeUndefined();
  });
});

function textOf(file: string): string {
  return readFileSync(folder + file, 'utf8');
}
