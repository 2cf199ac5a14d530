import { parameter, sizeOf, writeNode, writeParameter, type Layer, type Place } from '../layer.js';

/**
 * A vector for each token, and one for its position added to it: numbers of tokens [tokens] to [tokens, width]. It can
 * only stand at the front, as its input has no gradient.
 *
 * @param vocabulary tokens are whole numbers from 0 to vocabulary − 1
 */
export function embedding(place: Place, vocabulary: number, width: number): Layer {
  const { space, rows, source, name } = place;
  const tokens = sizeOf(place.shape);
  const draw = (): number => 0.5 * source.normal();
  const table = parameter(place, 'table', 'weight', [vocabulary, width], draw);
  const position = parameter(place, 'position', 'weight', [tokens, width], draw);
  const [y, dx] = [space.floats(rows * tokens * width), space.floats(rows * tokens)];
  let seen = dx;
  return {
    parameters: [table, position],
    shape: [tokens, width],
    forward(x) {
      seen = x;
      for (let at = 0; at < rows * tokens; at++) {
        const [from, place] = [x[at]! * width, (at % tokens) * width];
        for (let i = 0; i < width; i++) {
          y[at * width + i] = table.value[from + i]! + position.value[place + i]!;
        }
      }
      return y;
    },
    backward(dy) {
      table.gradient.fill(0);
      position.gradient.fill(0);
      for (let at = 0; at < rows * tokens; at++) {
        const [to, place] = [seen[at]! * width, (at % tokens) * width];
        for (let i = 0; i < width; i++) {
          table.gradient[to + i]! += dy[at * width + i]!;
          position.gradient[place + i]! += dy[at * width + i]!;
        }
      }
      return dx.fill(0);
    },
    write(input, network) {
      const index = writeNode(network, `${name}.index`, 'Cast', [input], { to: 7 });
      const vectors = writeNode(network, name, 'Gather', [writeParameter(network, table), index], {
        axis: 0,
      });
      return writeNode(network, `${name}.add`, 'Add', [vectors, writeParameter(network, position)]);
    },
  };
}
