import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { activityInputs, arrayInputs, buildDesign, layerInputs, type Built } from '../../src/flow/index.js';
import { writeNpy } from '../../src/format/index.js';
import { loadDesign } from '../../src/lang/index.js';

function built(text: string, given = {}): Built {
  const loaded = loadDesign(text, 't.dp');
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, given) : loaded;
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value;
}

const design = built(`
datapath t {
  in a: int(4)[3]
  in b: int(8)
  in c: bool
  out y = dot(a, a) + b
  out z = c
}`);

const port = (name: string, shape: readonly number[], numbers: readonly number[]) => ({
  ...{ port: name, file: `${name}.npy` },
  bytes: writeNpy({ shape, data: Float64Array.from(numbers) }),
});

describe('activity from arrays', () => {
  const a = port('a', [2, 3], [1, -2, 3, 7, -8, 0]);
  const b = port('b', [2], [-128, 127]);

  it('is that of the same numbers as JSON', () => {
    const json = activityInputs(
      design,
      {
        a: [
          [1, -2, 3],
          [7, -8, 0],
        ],
        b: [-128, 127],
      },
      'a=a.npy, b=b.npy',
    );
    expect(json.ok).toBe(true);
    expect(arrayInputs(design, [a, b])).toEqual(json);
  });

  it('is refused with all that is wrong with it', () => {
    const messages = (...files: (typeof a)[]) =>
      arrayInputs(design, files).diagnostics.map(({ message }) => message);
    expect(messages(a, port('b', [3], [0, 1, 2]))).toEqual([
      'the arrays have different numbers of cycles: 2 for `a`, 3 for `b`',
    ]);
    expect(messages(port('a', [1, 1, 3], [1, 2, 3]), port('b', [1], [0.5]))).toEqual([
      'the array has the shape (1, 1, 3)',
      'b.npy cannot be read as .npy: 0.5 in it is no integer',
    ]);
    expect(messages(port('a', [2, 2], [1, 2, 1, 2]), port('b', [2], [128, 128]))).toEqual([
      '`a` in cycle 0 has 2 elements, but the port has 3',
      '`b` in cycle 0 is 128, but int(8) goes from -128 to 127',
    ]);
    expect(messages(port('d', [1], [1]))).toEqual(['there is no input port `d`']);
  });
});

describe('activity from a network', () => {
  const dot = built(readFileSync('examples/dot-int8.dp', 'utf8'), { lanes: 4 });
  const model = {
    name: 'mlp',
    bytes: new Uint8Array(readFileSync('models/mlp.onnx')),
    normalisation: 'unit' as const,
  };
  const words = async (layer?: string) => {
    const inputs = await layerInputs(dot, model, { data: 'mnist', layer, seed: 1 });
    if (!inputs.ok || inputs.value.kind !== 'given') throw new Error(JSON.stringify(inputs.diagnostics));
    return inputs.value;
  };

  it('is of the layer that is asked for, or else of all', async () => {
    const names = ['dense1', 'dense2'];
    const [first, second, all] = [await words(names[0]), await words(names[1]), await words()];
    expect(first.source).toContain(`${names[0]} of mlp`);
    // 784 inputs and 4 lanes: as many beats for each of 40 products
    expect(first.stimulus.cycles).toBe(40 * (784 / 4) + 2 * dot.emitted.latency + 3);
    expect(second.stimulus.cycles).toBeLessThan(first.stimulus.cycles);
    expect(all.stimulus.cycles).toBeGreaterThan(second.stimulus.cycles);
    expect(all.stimulus.cycles).toBeLessThan(first.stimulus.cycles);
    const strange = await layerInputs(dot, model, { data: 'mnist', layer: 'conv9', seed: 1 });
    expect(strange.diagnostics.map(({ code }) => code)).toEqual(['nn-layer-unknown']);
  });
});
