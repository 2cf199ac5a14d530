import { wrap } from '../../base/index.js';
import { scalar, type Value } from '../../builder/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { biasType, chunksOf, denseSteps, type DenseShape } from './shape.js';

/** The weights of an element in the cycle behind a step. Row r of element k is row r · elements + k of the layer. */
export function weightWord(draft: Draft, shape: DenseShape, element: number, step: Id): Id {
  const { inputs, elements, lanes, w, weights } = shape;
  const chunks = chunksOf(shape);
  const contents = Array.from({ length: denseSteps(shape) }, (_, at) => {
    const [row, chunk] = [Math.floor(at / chunks) * elements + element, at % chunks];
    const own = weights.slice(
      row * inputs + chunk * lanes,
      row * inputs + Math.min(inputs, (chunk + 1) * lanes),
    );
    return joined(own, w.width);
  });
  const memory = draft.memory({
    name: `weights_${element}`,
    width: lanes * w.width,
    depth: contents.length,
    synchronous: true,
    contents,
  });
  return draft.read(memory, step);
}

/** The biases of all elements in the cycle behind a row's number. */
export function biasWords(draft: Draft, shape: DenseShape, row: Id): readonly Value[] {
  const { elements, outputs, biases } = shape;
  const type = biasType(shape);
  const contents = Array.from({ length: outputs / elements }, (_, at) =>
    joined(biases.slice(at * elements, (at + 1) * elements), type.width),
  );
  const memory = draft.memory({
    name: 'biases',
    width: elements * type.width,
    depth: contents.length,
    synchronous: true,
    contents,
  });
  const word = draft.read(memory, row);
  return Array.from({ length: elements }, (_, k) =>
    scalar(type, draft.slice(word, k * type.width, type.width)),
  );
}

/** Numbers side by side in one word, the first in the low bits. */
function joined(numbers: readonly number[], width: number): bigint {
  return numbers.reduceRight((word, number) => (word << BigInt(width)) | wrap(BigInt(number), width), 0n);
}
