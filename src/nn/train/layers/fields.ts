import { list, variants, whole, type Check, type Fields } from '../fields.js';
import type { LayerKind } from './spec.js';

const size = { check: whole(1, 65536) };
const optionalSize = { check: whole(1, 65536), optional: true } as const;
const window = {
  kernel: { check: whole(1, 64) },
  stride: optionalSize,
  padding: { check: whole(0, 64), optional: true },
} as const satisfies Fields;

/** The fields of each kind of layer. */
const layerFields: Readonly<Record<LayerKind, Fields>> = {
  conv: { channels: size, ...window },
  depthwise: window,
  dense: { outputs: size },
  maxpool: { size, stride: optionalSize },
  avgpool: { size, stride: optionalSize },
  relu: {},
  flatten: {},
  globalpool: {},
  batchnorm: {},
  gelu: {},
  layernorm: {},
  tokenmean: {},
  embedding: { vocabulary: size, width: size },
  attention: { heads: size },
  interaction: {
    numeric: size,
    bottom: { check: list(whole(1, 65536)), optional: true },
    tables: { check: list(whole(1, 1 << 24), 1) },
    width: size,
  },
  residual: {
    body: { check: (value, path) => layersCheck(value, path) },
    shortcut: { check: (value, path) => list(layerCheck)(value, path), optional: true },
  },
};

const layerCheck: Check = variants('kind', layerFields);

/** A list of layers that is not empty. */
export const layersCheck: Check = list(layerCheck, 1);
