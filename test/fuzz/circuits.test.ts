import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { stimulus, verify } from '../../src/cosim/index.js';
import { topOf, verifyDesign, type Design } from '../../src/ir/index.js';
import { interpretRows } from '../../src/cosim/index.js';
import { compareDesigns } from '../../src/prove/index.js';
import { optimise, type Pass } from '../../src/pass/index.js';
import { designOf, faultIn, stagedOf, startsFromReset, subjectOf } from './chain.js';
import { hasIcarus, runIcarus } from './icarus.js';
import { shrink } from './shrink.js';
import { readCrasher, writeCrasher } from './store.js';

const circuits = 2000;

/** Seeds of designs whose Verilog says all that the simulators know of power-up. */
function seedsFrom(first: number, count: number): number[] {
  const seeds: number[] = [];
  for (let seed = first; seeds.length < count; seed++) if (startsFromReset(designOf(seed))) seeds.push(seed);
  return seeds;
}

describe('random circuits', () => {
  const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  afterAll(() => rmSync(cache, { recursive: true }));

  it.each(Array.from({ length: 10 }, (_, part) => part))(
    'mean the same after each pass and in WebAssembly, part %i',
    (part) => {
      for (let seed = part; seed < circuits; seed += 10)
        expect(faultIn(designOf(seed), seed), `seed ${seed}`).toBeUndefined();
    },
    120_000,
  );

  it('mean the same as Verilog, pipelined, under Verilator', async () => {
    const subjects = seedsFrom(0, 80).map((seed) => subjectOf(stagedOf(seed), `s${seed}`));
    const made = await verify(subjects, { vectors: 60, seed: 5, cache, verilator: true });
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    for (const verdict of made.value) expect(verdict.first, verdict.subject).toBeUndefined();
    expect(subjects.some(({ emitted }) => emitted.latency > 0)).toBe(true);
  }, 300_000);

  it.skipIf(!hasIcarus())(
    'mean the same as Verilog under Icarus',
    () => {
      let known = 0;
      for (const seed of seedsFrom(5000, 25)) {
        const { written, simplified, emitted } = subjectOf(stagedOf(seed), `s${seed}`);
        const { inputs, outputs } = topOf(simplified);
        const { rows, warmUp } = stimulus(topOf(simplified), 40, seed, emitted.latency + 2);
        const due = interpretRows(written, rows);
        const named = rows.map((row) => Object.fromEntries(inputs.map(({ name }, i) => [name, row[i]!])));
        const found = runIcarus(emitted, named);
        // What registers hold at power-up is not known to Icarus, and some cycles later it is forgotten or still unknown.
        for (let cycle = Math.max(warmUp, 10); cycle + emitted.latency < rows.length; cycle++)
          outputs.forEach(({ name, width }, i) => {
            const bits = found[cycle + emitted.latency]![i]!;
            // What no reset reaches is not known to Icarus, and so is what depends on it.
            if (/[xz]/.test(bits)) return;
            known++;
            expect(bits, `seed ${seed} cycle ${cycle} ${name}`).toBe(
              due[cycle]![i]!.toString(2).padStart(width, '0'),
            );
          });
      }
      expect(known).toBeGreaterThan(500);
    },
    120_000,
  );

  it('are not refuted by the proof, and mostly proved', () => {
    let proved = 0;
    const seeds = seedsFrom(9000, 40);
    for (const seed of seeds) {
      const written = stagedOf(seed);
      const optimised = optimise(written);
      const options = { seed, cycles: 2, deadline: performance.now() + 2000 };
      const made = compareDesigns(written, optimised, topOf(optimised).latency, options);
      expect(made.kind, `seed ${seed}`).not.toBe('refuted');
      if (made.kind === 'proved') proved++;
    }
    expect(proved).toBeGreaterThan(25);
  }, 200_000);
});

describe('shrinking', () => {
  const failing = (design: Design): boolean =>
    verifyDesign(design).length === 0 &&
    topOf(design).nodes.some((node) => node.kind === 'mul' && node.signed) &&
    topOf(design).outputs.length > 0;

  it('leaves little but what fails', () => {
    const seed = Array.from({ length: 200 }, (_, i) => i).find((one) => failing(designOf(one)))!;
    const small = shrink(designOf(seed), failing);
    expect(failing(small)).toBe(true);
    expect(topOf(small).outputs).toHaveLength(1);
    expect(topOf(small).nodes.length).toBeLessThan(topOf(designOf(seed)).nodes.length);
  });

  it('finds a pass that takes a difference for a sum, and leaves hardly more than that', () => {
    const wrong: Pass = {
      name: 'wrong',
      about: 'Takes differences for sums.',
      run: (design) => ({
        ...design,
        modules: design.modules.map((module) => ({
          ...module,
          nodes: module.nodes.map((node) =>
            node.kind === 'binary' && node.op === 'sub' ? { ...node, op: 'add' as const } : node,
          ),
        })),
      }),
    };
    const fails = (design: Design, seed: number): boolean =>
      faultIn(design, seed, [wrong]) === 'pass wrong: other outputs';
    const seeds = Array.from({ length: 300 }, (_, seed) => seed).filter((seed) =>
      fails(designOf(seed), seed),
    );
    expect(seeds.length).toBeGreaterThan(5);
    const small = shrink(designOf(seeds[0]!), (design) => fails(design, seeds[0]!));
    expect(topOf(small).nodes.length).toBeLessThan(16);
    expect(fails(small, seeds[0]!)).toBe(true);
  });

  it('keeps designs in files as they are', () => {
    const crasher = { about: 'none', seed: 3, design: designOf(random(3).below(100)) };
    expect(readCrasher(writeCrasher(crasher))).toEqual(crasher);
  });
});
