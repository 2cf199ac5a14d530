import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { verify } from '../../src/cosim/index.js';
import { topOf, type Design } from '../../src/ir/index.js';
import {
  designOf,
  designOfText,
  faultIn,
  faultInText,
  stagedOf,
  startsFromReset,
  subjectOf,
} from './chain.js';
import { faultInGates, isPlain } from './gates.js';
import { shrink, shrinkText } from './shrink.js';
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
    checkText(textOf(seed), seed);
  }
  const designs = seeds
    .filter((seed) => startsFromReset(designOf(seed)))
    .map((seed) => [seed, stagedOf(seed)] as const);
  const subjects = designs.map(([seed, design]) => subjectOf(design, `s${seed}`));
  const made = await verify(subjects, { vectors: 100, seed: from, cache, verilator: true });
  if (!made.ok) throw new Error(`seeds from ${from}: ${JSON.stringify(made.diagnostics)}`);
  made.value.forEach((verdict, i) => {
    if (verdict.first) keep(...designs[i]!, `Verilator: ${JSON.stringify(verdict.first, bigintsAsText)}`);
  });
  const small = seeds.find((seed) => isPlain(designOf(seed)) && topOf(designOf(seed)).nodes.length < 40);
  const fault = small === undefined ? undefined : await faultInGates(designOf(small), small);
  if (fault) keep(small!, designOf(small!), `gates: ${fault}`);
}

function check(design: Design, seed: number): void {
  if (faultIn(design, seed) === undefined) return;
  const isLegal = (one: Design): boolean => !/malformed: /.test(faultIn(one, seed) ?? 'malformed: none');
  const small = shrink(design, isLegal);
  keep(seed, small, faultIn(small, seed)!);
}

/** A text that is not legal is a fault of the generator or of the language; else its design is kept. */
function checkText(text: string, seed: number): void {
  const fault = faultInText(text, seed);
  if (fault === undefined) return;
  const kind = fault.split(':')[0]!;
  const small = shrinkText(text, (one) => faultInText(one, seed)?.startsWith(kind) === true);
  const made = designOfText(small);
  if (made.ok) check(made.value, seed);
  throw new Error(`text ${seed}: ${fault}\n${small}`);
}

function keep(seed: number, design: Design, about: string): never {
  const file = `${crashers}seed-${seed}.json`;
  writeFileSync(file, writeCrasher({ about, seed, design }));
  throw new Error(`seed ${seed}: ${about}\nkept in ${file}`);
}

function bigintsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
