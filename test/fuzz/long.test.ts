import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { verify } from '../../src/cosim/index.js';
import { buildDesign } from '../../src/flow/index.js';
import type { Design } from '../../src/ir/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { designOf, faultIn, stagedOf, startsFromReset, subjectOf } from './chain.js';
import { shrink } from './shrink.js';
import { writeCrasher } from './store.js';
import { textOf } from './text.js';

const minutes = Number(process.env['BITLOOM_FUZZ_MINUTES'] ?? 0);
const first = Number(process.env['BITLOOM_FUZZ_SEED'] ?? 0);
const crashers = fileURLToPath(new URL('../crashers/', import.meta.url));

/** Modules in one Verilator build. */
const batch = 60;

/** `npm run fuzz -- --minutes N --seed S`: circuits and texts from a seed on, for as long as it was asked for. */
describe.skipIf(minutes === 0)('fuzzing', () => {
  it(
    'finds nothing',
    async () => {
      const end = Date.now() + minutes * 60_000;
      const cache = mkdtempSync(join(tmpdir(), 'bitloom-fuzz-'));
      let seed = first;
      try {
        for (; Date.now() < end; seed += batch) await round(seed, cache);
      } finally {
        rmSync(cache, { recursive: true });
        process.stderr.write(`fuzzing: seeds ${first} to ${seed - 1}\n`);
      }
    },
    minutes * 60_000 + 600_000,
  );
});

/** A batch of seeds in all engines. A failure is shrunk and kept. */
async function round(from: number, cache: string): Promise<void> {
  const seeds = Array.from({ length: batch }, (_, i) => from + i);
  for (const seed of seeds) {
    check(designOf(seed), seed);
    check(designOfText(seed), seed);
  }
  const subjects = seeds
    .filter((seed) => startsFromReset(designOf(seed)))
    .map((seed) => subjectOf(stagedOf(seed), `s${seed}`));
  const made = await verify(subjects, { vectors: 100, seed: from, cache, verilator: true });
  if (!made.ok) throw new Error(`seeds from ${from}: ${JSON.stringify(made.diagnostics)}`);
  const wrong = made.value.find((verdict) => verdict.first);
  if (wrong) throw new Error(`${wrong.subject}: ${JSON.stringify(wrong.first)}`);
}

function designOfText(seed: number): Design {
  const text = textOf(seed);
  const loaded = loadDesign(text, 'chance.dp');
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, {}) : loaded;
  if (!made.ok) throw new Error(`seed ${seed}: ${made.diagnostics[0]!.message}\n${text}`);
  return made.value.written;
}

function check(design: Design, seed: number): void {
  const fault = faultIn(design, seed);
  if (fault === undefined) return;
  const isLegal = (one: Design): boolean => !/malformed: /.test(faultIn(one, seed) ?? 'malformed: none');
  const small = shrink(design, isLegal);
  const about = faultIn(small, seed)!;
  const file = `${crashers}seed-${seed}.json`;
  writeFileSync(file, writeCrasher({ about, seed, design: small }));
  throw new Error(`seed ${seed}: ${about}\nkept in ${file}`);
}
