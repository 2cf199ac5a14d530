import { describe, expect, it } from 'vitest';
import type { Arguments } from '../../src/builder/index.js';
import { behavioural, buildDesign, type Arithmetic } from '../../src/flow/index.js';
import { topOf } from '../../src/ir/index.js';
import { compareDesigns, prove, readBack } from '../../src/prove/index.js';
import { readDefinition } from '../../src/cli/design.js';
import type { Emitted } from '../../src/emit/index.js';

async function formsOf(example: string, given: Arguments = {}, arithmetic: Arithmetic = behavioural) {
  const definition = await readDefinition(`examples/${example}.dp`);
  if (!definition.ok) throw new Error(JSON.stringify(definition.diagnostics));
  const built = buildDesign(definition.value, given, undefined, arithmetic);
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
  return built.value;
}

function edited(emitted: Emitted, from: string, to: string): Emitted {
  const verilog = emitted.verilog.map((file) => ({ ...file, text: file.text.replace(from, to) }));
  expect(verilog).not.toEqual(emitted.verilog);
  return { ...emitted, verilog };
}

describe('the multi-cycle unit', async () => {
  const options = { seed: 1, cycles: 4, timeLimit: 100 };
  const forms = await formsOf('mc-ipu');

  it('is proven, queues that no reset clears included', async () => {
    const made = await prove(forms, options);
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    expect(made.value.proved).toBe(true);
    const { stateBits, base } = { stateBits: 2100, base: { powerUp: 'same' } };
    expect(made.value.links[0]!.outcome).toMatchObject({ base, matched: stateBits, bits: stateBits });
  });

  it('is refuted with a bound of the alignment one less', async () => {
    const emitted = edited(forms.emitted, "distance_0_q < 5'd7", "distance_0_q < 5'd6");
    const read = await readBack(emitted, topOf(forms.optimised));
    if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
    // Differences show in random runs whatever the time; what it limits is making the inputs plainer.
    const deadline = performance.now() + 2000;
    const outcome = compareDesigns(forms.written, read.value.design, 0, { seed: 1, cycles: 4, deadline });
    expect(outcome).toMatchObject({ kind: 'refuted', by: 'random runs' });
  });

  it('is neither proven nor refuted without any time', () => {
    const none = { seed: 1, cycles: 4, deadline: 0 };
    expect(compareDesigns(forms.written, forms.optimised, 0, none)).toMatchObject({ kind: 'unknown' });
  });
});

describe('a sum of FP4 products in a pipeline', () => {
  it('is proven though its FP32 sum is made of other nodes', async () => {
    const { written, optimised } = await formsOf('nvfp4-mac');
    const options = { seed: 1, cycles: 4, deadline: performance.now() + 1e5 };
    expect(compareDesigns(written, optimised, topOf(optimised).latency, options).kind).toBe('proved');
  });
});

describe('restoring dividers', () => {
  it('are proven equal where the narrowing of their operands needs the ranges of products', async () => {
    const { written, optimised } = await formsOf('vs-layer', { V: 2, K: 2, stages: 1 });
    const options = { seed: 1, cycles: 4, deadline: performance.now() + 20000 };
    expect(compareDesigns(written, optimised, topOf(optimised).latency, options).kind).toBe('proved');
  });
});

/** The rest of a layer of three channels. */
const layer = { thresholds: [1, 0, 2], flip: [0, 0, 1] };

describe('sums whose bit heaps are more than trees of adders', () => {
  it.each<[string, string, Arguments]>([
    ['products beside registers, rounded and cut', 'fir', { sample: 4 }],
    ['products of sums and rounded scales', 'vs-mac', { V: 4, stages: 0 }],
    ['sums of rounded sums', 'domain-blend', { lanes: 2, domains: 2 }],
    ['trees that share adders', 'binary-layer', { weights: [39573903, 3393230832, 3405045006], ...layer }],
    ['words that some of a heap reads, and others read too', 'dot-stream', { lanes: 2, parts: 4 }],
  ])('are proven: %s', async (_, example, given) => {
    const { written, optimised } = await formsOf(example, given, { kind: 'bitheap' });
    const options = { seed: 1, cycles: 4, deadline: performance.now() + 180_000 };
    expect(compareDesigns(written, optimised, topOf(optimised).latency, options).kind).toBe('proved');
  });
});
