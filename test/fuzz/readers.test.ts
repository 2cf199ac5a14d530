import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { readNpy, writeNpy } from '../../src/format/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { importLiberty, parseTechnology, renderLiberty } from '../../src/synth/index.js';
import { textOf } from './text.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The text with some characters lost, doubled, swapped, or replaced by others that the format knows. */
function damaged(r: Random, text: string): string {
  let made = text;
  for (let i = 1 + r.below(4); i > 0; i--) {
    const at = r.below(made.length);
    const length = 1 + r.below(r.below(4) === 0 ? 200 : 6);
    const piece = made.slice(at, at + length);
    const other = made.slice(r.below(made.length)).slice(0, length);
    const instead = ['', piece + piece, other, '-1', '1e999', '{', '}', '"', '\0', 'NaN', '[[['][
      r.below(11)
    ]!;
    made = made.slice(0, at) + instead + made.slice(at + length);
  }
  return r.below(6) === 0 ? made.slice(0, r.below(made.length)) : made;
}

function damagedBytes(r: Random, bytes: Uint8Array): Uint8Array {
  const made = bytes.slice(0, r.below(4) === 0 ? r.below(bytes.length) : bytes.length);
  for (let i = 1 + r.below(8); i > 0 && made.length > 0; i--)
    made[r.below(Math.min(made.length, r.below(2) === 0 ? 128 : made.length))] = r.below(256);
  return made;
}

/** Runs a reader on many damaged inputs; it may refuse them, but only by diagnostics. */
function feed<Input>(
  count: number,
  make: (r: Random) => Input,
  read: (input: Input) => { readonly ok: boolean },
) {
  let refused = 0;
  for (let seed = 0; seed < count; seed++) {
    const input = make(random(seed));
    try {
      if (!read(input).ok) refused++;
    } catch (error) {
      throw new Error(`seed ${seed} throws: ${(error as Error).stack}`);
    }
  }
  expect(refused).toBeGreaterThan(count / 10);
}

describe('readers of damaged files', () => {
  const technologies = readdirSync(root + 'tech').filter((file) => file.endsWith('.json'));

  it('of designs', () =>
    feed(
      600,
      (r) => damaged(r, textOf(r.below(50))),
      (text) => loadDesign(text, 'damaged.dp'),
    ));

  it('of arrays', () =>
    feed(
      3000,
      (r) => damagedBytes(r, writeNpy({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) })),
      (bytes) => readNpy('damaged.npy', bytes),
    ));

  it('of technologies', () => {
    const small = technologies
      .map((file) => readFileSync(`${root}tech/${file}`, 'utf8'))
      .sort((a, b) => a.length - b.length)[0]!;
    feed(
      120,
      (r) => damaged(r, small),
      (text) => parseTechnology('damaged.json', text),
    );
  }, 60_000);

  it('of Liberty files', () => {
    const asap = parseTechnology('asap7.json', readFileSync(`${root}tech/asap7.json`, 'utf8'));
    if (!asap.ok) throw new Error('asap7 is not read');
    const few = { ...asap.value, cells: asap.value.cells.slice(0, 3) };
    const whole = renderLiberty(few);
    feed(
      150,
      (r) => damaged(r, whole),
      (text) => importLiberty([{ file: 'damaged.lib', text }]),
    );
  }, 60_000);

  it('of networks', async () => {
    const { readOnnx } = await import('../../src/nn/index.js');
    const whole = readFileSync(root + 'models/mlp.onnx');
    let refused = 0;
    for (let seed = 0; seed < 60; seed++) {
      const r = random(seed);
      // The weights are most of the file; what describes them stands at its ends.
      const bytes = damagedBytes(r, whole);
      for (let i = r.below(6); i > 0 && bytes.length > 0; i--)
        bytes[bytes.length - 1 - r.below(Math.min(300, bytes.length))] = r.below(256);
      const read = await readOnnx(bytes, 'damaged.onnx').catch((error: Error) => {
        throw new Error(`seed ${seed} throws: ${error.stack}`);
      });
      if (!read.ok) refused++;
    }
    expect(refused).toBeGreaterThan(6);
  }, 60_000);
});
