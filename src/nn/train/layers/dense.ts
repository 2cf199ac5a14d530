import { parameter, sizeOf, writeNode, writeParameter, type Layer, type Place } from '../layer.js';

/**
 * A fully connected layer on the last dimension: y = x·Wᵀ + b. Weights start normal with deviation √(2 / inputs) (He
 * et al. 2015), biases at 0.
 */
export function dense(place: Place, outputs: number): Layer {
  const { space, source, name } = place;
  const inputs = place.shape.at(-1)!;
  const ahead = place.shape.slice(0, -1);
  const rows = place.rows * sizeOf(ahead);
  const deviation = Math.sqrt(2 / inputs);
  const weight = parameter(place, 'weight', 'weight', [outputs, inputs], () => deviation * source.normal());
  const bias = parameter(place, 'bias', 'offset', [outputs], () => 0);
  const [y, dx] = [space.floats(rows * outputs), space.floats(rows * inputs)];
  const weights = { data: weight.value, at: 0, row: inputs };
  let seen = dx;
  return {
    parameters: [weight, bias],
    shape: [...ahead, outputs],
    forward(x) {
      seen = x;
      for (let row = 0; row < rows; row++) y.set(bias.value, row * outputs);
      const to = { data: y, at: 0, row: outputs };
      space.transposed(rows, outputs, inputs, { data: x, at: 0, row: inputs }, weights, to, true);
      return y;
    },
    backward(dy, wantInput) {
      const slopes = { data: dy, at: 0, row: outputs };
      const across = { data: dy, at: 0, row: 1 };
      const from = { data: seen, at: 0, row: inputs };
      const to = { data: weight.gradient, at: 0, row: inputs };
      space.product(outputs, inputs, rows, across, from, to, false, outputs);
      const sums = bias.gradient.fill(0);
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < outputs; i++) sums[i]! += dy[row * outputs + i]!;
      }
      if (wantInput) {
        space.product(rows, inputs, outputs, slopes, weights, { data: dx, at: 0, row: inputs });
      }
      return dx;
    },
    write(input, network) {
      if (ahead.length === 0) {
        const names = [weight, bias].map((each) => writeParameter(network, each));
        return writeNode(network, name, 'Gemm', [input, ...names], { transB: 1 });
      }
      const data = new Float32Array(inputs * outputs);
      weight.value.forEach((w, i) => (data[(i % inputs) * outputs + Math.floor(i / inputs)] = w));
      network.initialisers.set(weight.name, { type: 'float32', dims: [inputs, outputs], data });
      const product = writeNode(network, name, 'MatMul', [input, weight.name]);
      return writeNode(network, `${name}.add`, 'Add', [product, writeParameter(network, bias)]);
    },
  };
}
