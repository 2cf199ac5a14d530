import type { Floats } from '../kernel/space.js';
import { sizeOf, writeNode, type Draft, type Layer, type Place } from '../layer.js';
import { dense } from './dense.js';

/**
 * Self-attention with several heads (Vaswani et al. 2017), without a mask: [tokens, width] to the same. Each head
 * works on its own width / heads columns of queries, keys and values.
 */
export function attention(place: Place, heads: number): Layer {
  const { space, rows, shape, name } = place;
  const [tokens, width] = shape as readonly [number, number];
  const size = width / heads;
  const scale = 1 / Math.sqrt(size);
  const project = (suffix: string): Layer => dense({ ...place, name: `${name}.${suffix}` }, width);
  const [query, key, value] = [project('query'), project('key'), project('value')];
  const out = project('out');
  const list = (length: number): Floats => space.floats(length);
  const whole = rows * sizeOf(shape);
  const [mixed, dq, dk, dv] = [list(whole), list(whole), list(whole), list(whole)];
  const shares = list(rows * heads * tokens * tokens);
  const slopes = list(tokens * tokens);
  const dx = list(whole);
  let [q, k, v] = [mixed, mixed, mixed];

  /** Does `each` for every head of every row: where its columns begin, and where its shares do. */
  function overHeads(each: (at: number, share: number) => void): void {
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < heads; head++) {
        each(row * tokens * width + head * size, (row * heads + head) * tokens * tokens);
      }
    }
  }

  return {
    parameters: [query, key, value, out].flatMap((layer) => layer.parameters),
    shape,
    forward(x, training) {
      [q, k, v] = [query, key, value].map((layer) => layer.forward(x, training)) as [Floats, Floats, Floats];
      overHeads((at, share) => {
        const table = { data: shares, at: share, row: tokens };
        const [asks, has] = [q, k].map((data) => ({ data, at, row: width }));
        space.transposed(tokens, tokens, size, asks!, has!, table);
        for (let i = 0; i < tokens; i++) softmax(shares, share + i * tokens, tokens, scale);
        const to = { data: mixed, at, row: width };
        space.product(tokens, size, tokens, table, { data: v, at, row: width }, to);
      });
      return out.forward(mixed, training);
    },
    backward(dy, wantInput) {
      const slope = out.backward(dy, true);
      overHeads((at, share) => {
        const head = (data: Floats): { data: Floats; at: number; row: number } => ({ data, at, row: width });
        const table = { data: slopes, at: 0, row: tokens };
        const across = { data: shares, at: share, row: 1 };
        space.product(tokens, size, tokens, across, head(slope), head(dv), false, tokens);
        space.transposed(tokens, tokens, size, head(slope), head(v), table);
        for (let i = 0; i < tokens; i++)
          softmaxSlope(shares, share + i * tokens, slopes, i * tokens, tokens, scale);
        space.product(tokens, size, tokens, table, head(k), head(dq));
        space.product(tokens, size, tokens, { ...table, row: 1 }, head(q), head(dk), false, tokens);
      });
      const parts = [
        query.backward(dq, wantInput),
        key.backward(dk, wantInput),
        value.backward(dv, wantInput),
      ];
      for (let i = 0; i < whole; i++) dx[i] = parts[0]![i]! + parts[1]![i]! + parts[2]![i]!;
      return dx;
    },
    write(input, network) {
      const split = (layer: Layer, part: string, order: readonly number[]): string =>
        headsOf(layer.write(input, network), `${name}.${part}`, [-1, tokens, heads, size], order, network);
      const asks = split(query, 'queries', [0, 2, 1, 3]);
      const has = split(key, 'keys', [0, 2, 3, 1]);
      const gives = split(value, 'values', [0, 2, 1, 3]);
      const scores = writeNode(network, `${name}.scores`, 'MatMul', [asks, has]);
      network.initialisers.set(`${name}.scale`, { type: 'float32', dims: [], data: Float32Array.of(scale) });
      const scaled = writeNode(network, `${name}.scaled`, 'Mul', [scores, `${name}.scale`]);
      const weights = writeNode(network, `${name}.shares`, 'Softmax', [scaled], { axis: -1 });
      const mix = writeNode(network, `${name}.mix`, 'MatMul', [weights, gives]);
      const back = writeNode(network, `${name}.back`, 'Transpose', [mix], { perm: [0, 2, 1, 3] });
      return out.write(reshape(back, `${name}.joined`, [-1, tokens, width], network), network);
    },
  };
}

/** A value cut into heads and with its dimensions in another order. */
function headsOf(
  input: string,
  name: string,
  dims: readonly number[],
  order: readonly number[],
  network: Draft,
): string {
  return writeNode(network, name, 'Transpose', [reshape(input, `${name}.cut`, dims, network)], {
    perm: order,
  });
}

function reshape(input: string, name: string, dims: readonly number[], network: Draft): string {
  const data = BigInt64Array.from(dims, BigInt);
  network.initialisers.set(`${name}.shape`, { type: 'int64', dims: [dims.length], data });
  return writeNode(network, name, 'Reshape', [input, `${name}.shape`]);
}

/** Replaces scores by softmax(scores · scale). */
function softmax(data: Floats, from: number, length: number, scale: number): void {
  let [largest, sum] = [-Infinity, 0];
  for (let i = from; i < from + length; i++) largest = Math.max(largest, data[i]!);
  for (let i = from; i < from + length; i++) {
    data[i] = Math.exp(scale * (data[i]! - largest));
    sum += data[i]!;
  }
  for (let i = from; i < from + length; i++) data[i] = data[i]! / sum;
}

/** Replaces slopes by those of the scores before softmax and scale. */
function softmaxSlope(
  shares: Floats,
  from: number,
  slopes: Floats,
  at: number,
  length: number,
  scale: number,
): void {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += shares[from + i]! * slopes[at + i]!;
  for (let i = 0; i < length; i++) slopes[at + i] = scale * shares[from + i]! * (slopes[at + i]! - sum);
}
