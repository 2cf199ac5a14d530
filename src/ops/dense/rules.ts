import type { Diagnostic } from '../../base/index.js';
import { formatName, type Fixed } from '../../format/index.js';
import { fineResult, largeNumber, notShared, wideVector, wrongCount } from './problems.js';
import { chunksOf, type DenseShape } from './shape.js';

const mostBits = 65_536;

export function denseRules(shape: DenseShape): readonly Diagnostic[] {
  const { inputs, outputs, elements, lanes, x, w, y, weights, biases } = shape;
  const layer = `${outputs} outputs of ${inputs} inputs`;
  const wide = [
    ['x', chunksOf(shape) * lanes * x.width],
    ['y', outputs * y.width],
    ['w', lanes * w.width],
  ] as const;
  return [
    ...(outputs % elements === 0 ? [] : [notShared(outputs, elements)]),
    ...(weights.length === inputs * outputs
      ? []
      : [wrongCount('weights', weights.length, inputs * outputs, layer)]),
    ...([0, outputs].includes(biases.length) ? [] : [wrongCount('biases', biases.length, outputs, layer)]),
    ...weights
      .filter((weight) => !fits(weight, w))
      .slice(0, 1)
      .map((weight) => largeNumber('weights', weight, formatName(w))),
    ...(y.fraction <= x.fraction + w.fraction ? [] : [fineResult(y.fraction, x.fraction + w.fraction)]),
    ...wide.filter(([, bits]) => bits > mostBits).map(([name, bits]) => wideVector(name, bits, mostBits)),
  ];
}

function fits(number: number, { width, signed }: Fixed): boolean {
  const least = signed ? -(2 ** (width - 1)) : 0;
  return number >= least && number < 2 ** (signed ? width - 1 : width);
}
