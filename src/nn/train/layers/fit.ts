import { failure, success, type Result } from '../../../base/index.js';
import { doesNotFit, residualShapes } from '../problems.js';
import type { LayerSpec } from './spec.js';
import { windowOver } from './window.js';

/**
 * The dimensions that layers make of `shape`, or which of them cannot take what it gets.
 *
 * @param path what messages call the list
 */
export function shapeBehind(
  specs: readonly LayerSpec[],
  shape: readonly number[],
  path: string,
): Result<readonly number[]> {
  return specs.reduce<Result<readonly number[]>>(
    (before, spec, i) => (before.ok ? shapeOf(spec, before.value, `${path}[${i}]`) : before),
    success(shape),
  );
}

function shapeOf(spec: LayerSpec, shape: readonly number[], path: string): Result<readonly number[]> {
  switch (spec.kind) {
    case 'conv':
      return windowed(shape, path, spec.kernel, spec.stride ?? 1, spec.padding ?? 0, spec.channels);
    case 'depthwise':
      return windowed(shape, path, spec.kernel, spec.stride ?? 1, spec.padding ?? 0, shape[0]!);
    case 'maxpool':
    case 'avgpool':
      return windowed(shape, path, spec.size, spec.stride ?? spec.size, 0, shape[0]!);
    case 'relu':
    case 'gelu':
    case 'layernorm':
      return success(shape);
    case 'embedding':
      return shape.length === 1
        ? success([shape[0]!, spec.width])
        : failure(doesNotFit(path, shape, 'a list of tokens'));
    case 'attention':
      return shape.length === 2 && shape[1]! % spec.heads === 0
        ? success(shape)
        : failure(doesNotFit(path, shape, `[tokens, width], a width that ${spec.heads} heads divide`));
    case 'tokenmean':
      return shape.length === 2 ? success([shape[1]!]) : failure(doesNotFit(path, shape, '[tokens, width]'));
    case 'interaction': {
      const { numeric, tables, width } = spec;
      const vectors = tables.length + 1;
      return shape.length === 1 && shape[0] === numeric + tables.length
        ? success([width + (vectors * (vectors - 1)) / 2])
        : failure(doesNotFit(path, shape, `a list of ${numeric} + ${tables.length} numbers`));
    }
    case 'flatten':
      return success([shape.reduce((product, n) => product * n, 1)]);
    case 'batchnorm':
      return shape.length === 3 ? success(shape) : failure(doesNotFit(path, shape, images));
    case 'globalpool':
      return shape.length === 3 ? success([shape[0]!]) : failure(doesNotFit(path, shape, images));
    case 'dense': {
      if (shape.length === 3) return failure(doesNotFit(path, shape, 'what `flatten` or a pool gives'));
      return success([...shape.slice(0, -1), spec.outputs]);
    }
    case 'residual': {
      const body = shapeBehind(spec.body, shape, `${path}.body`);
      const shortcut = shapeBehind(spec.shortcut ?? [], shape, `${path}.shortcut`);
      if (!body.ok || !shortcut.ok) return failure(...body.diagnostics, ...shortcut.diagnostics);
      const same = body.value.join() === shortcut.value.join();
      return same ? body : failure(residualShapes(path, body.value, shortcut.value));
    }
  }
}

const images = 'images [channels, height, width]';

function windowed(
  shape: readonly number[],
  path: string,
  kernel: number,
  stride: number,
  padding: number,
  channels: number,
): Result<readonly number[]> {
  if (shape.length !== 3) return failure(doesNotFit(path, shape, images));
  const { outHeight, outWidth } = windowOver(shape, kernel, stride, padding);
  return outHeight >= 1 && outWidth >= 1
    ? success([channels, outHeight, outWidth])
    : failure(
        doesNotFit(path, shape, `images of at least ${kernel - 2 * padding} × ${kernel - 2 * padding}`),
      );
}
