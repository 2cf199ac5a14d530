import type { Layer, Place } from '../layer.js';
import { attention } from './attention.js';
import { batchnorm } from './batchnorm.js';
import { chain, residual } from './chain.js';
import { conv } from './conv.js';
import { dense } from './dense.js';
import { depthwise } from './depthwise.js';
import { embedding } from './embedding.js';
import { flatten } from './flatten.js';
import { gelu } from './gelu.js';
import { interaction } from './interaction.js';
import { layernorm } from './layernorm.js';
import { avgpool, globalpool, maxpool, tokenmean } from './pool.js';
import { relu } from './relu.js';

/** A layer as a recipe describes it; strides are 1 and paddings 0 where nothing else is said. */
export type LayerSpec =
  | {
      readonly kind: 'conv';
      readonly channels: number;
      readonly kernel: number;
      readonly stride?: number;
      readonly padding?: number;
    }
  | {
      readonly kind: 'depthwise';
      readonly kernel: number;
      readonly stride?: number;
      readonly padding?: number;
    }
  | { readonly kind: 'dense'; readonly outputs: number }
  | { readonly kind: 'maxpool' | 'avgpool'; readonly size: number; readonly stride?: number }
  | {
      readonly kind: 'relu' | 'gelu' | 'flatten' | 'globalpool' | 'batchnorm' | 'layernorm' | 'tokenmean';
    }
  | { readonly kind: 'embedding'; readonly vocabulary: number; readonly width: number }
  | { readonly kind: 'attention'; readonly heads: number }
  | {
      readonly kind: 'interaction';
      readonly numeric: number;
      readonly bottom?: readonly number[];
      readonly tables: readonly number[];
      readonly width: number;
    }
  | {
      readonly kind: 'residual';
      readonly body: readonly LayerSpec[];
      readonly shortcut?: readonly LayerSpec[];
    };

export type LayerKind = LayerSpec['kind'];

/**
 * Layers with their starting weights, one behind the other, in the order in which the weights are drawn. Each is
 * named by its kind and its number among its siblings of that kind.
 */
export function buildLayers(specs: readonly LayerSpec[], place: Place): Layer {
  const numbers = new Map<string, number>();
  const layers: Layer[] = [];
  let shape = place.shape;
  for (const spec of specs) {
    const number = (numbers.get(spec.kind) ?? 0) + 1;
    numbers.set(spec.kind, number);
    const own = `${spec.kind}${number}`;
    const name = place.name === '' ? own : `${place.name}.${own}`;
    const layer = buildLayer(spec, { ...place, shape, name });
    layers.push(layer);
    shape = layer.shape;
  }
  return chain(layers, place.shape);
}

function buildLayer(spec: LayerSpec, place: Place): Layer {
  switch (spec.kind) {
    case 'conv':
      return conv(place, { stride: 1, padding: 0, ...spec });
    case 'depthwise':
      return depthwise(place, { stride: 1, padding: 0, ...spec });
    case 'dense':
      return dense(place, spec.outputs);
    case 'maxpool':
      return maxpool(place, spec.size, spec.stride);
    case 'avgpool':
      return avgpool(place, spec.size, spec.stride);
    case 'relu':
      return relu(place);
    case 'gelu':
      return gelu(place);
    case 'layernorm':
      return layernorm(place);
    case 'tokenmean':
      return tokenmean(place);
    case 'embedding':
      return embedding(place, spec.vocabulary, spec.width);
    case 'attention':
      return attention(place, spec.heads);
    case 'interaction':
      return interaction(place, spec);
    case 'flatten':
      return flatten(place);
    case 'globalpool':
      return globalpool(place);
    case 'batchnorm':
      return batchnorm(place);
    case 'residual':
      return residual(
        place,
        buildLayers(spec.body, { ...place, name: `${place.name}.body` }),
        buildLayers(spec.shortcut ?? [], { ...place, name: `${place.name}.shortcut` }),
      );
  }
}
