// Inner products of FP16 numbers as an array of nibble multipliers with alignment in one cycle gives them: for whole
// networks, so in plain arithmetic; `innerProduct` of the library is the definition that it must agree with.

/** Lanes further below the greatest product of their beat are left out by software. */
const precision = 28;

/** FP16 words taken apart: exponent (−14 for subnormal numbers), twice the significand's nibbles with the sign; NaN for zero. */
function tables(decode) {
  const size = 2 ** 16;
  const exponents = new Int32Array(size);
  const values = new Float64Array(size);
  const nibbles = [new Int8Array(size), new Int8Array(size), new Int8Array(size)];
  for (let word = 0; word < size; word++) {
    const value = decode(word);
    if (!Number.isFinite(value) || value === 0) continue;
    const field = (word >> 10) & 31;
    const twice = 2 * ((word & 1023) + (field === 0 ? 0 : 1024));
    const sign = value < 0 ? -1 : 1;
    values[word] = value;
    exponents[word] = Math.max(1, field) - 15;
    nibbles.forEach((own, i) => (own[word] = sign * ((twice >> (4 * i)) & 15)));
  }
  return { exponents, values, nibbles };
}

/**
 * An engine of beats of 16 products each. Sums of beats are added in float64, as the unit's fixed-point accumulator holds
 * them exactly.
 *
 * @param tree bits of an adder-tree input; undefined for one that loses nothing
 */
export function ipuEngine(format, tree, lanes = 16) {
  const element = format.floats.fp16;
  const { exponents, values, nibbles } = tables(format.numberDecoder(element));
  const operand = { element, scale: undefined };
  return {
    ...{
      name: tree === undefined ? 'exact' : `ipu ${tree}`,
      lanes,
      block: lanes,
      sumBits: undefined,
      unit: 1,
    },
    ...{ activations: operand, weights: operand },
    open(depth, streams) {
      const session = {
        stride: streams,
        activations: new Int32Array(depth * streams),
        weights: new Int32Array(depth),
      };
      const sums = new Float64Array(streams);
      const greatest = new Int32Array(streams);
      const { activations, weights } = session;
      const addBeat = (from, to) => {
        greatest.fill(-1000);
        for (let k = from; k < to; k++) {
          const w = weights[k];
          if (values[w] === 0) continue;
          for (let s = 0; s < streams; s++) {
            const a = activations[k * streams + s];
            const e = exponents[a] + exponents[w];
            if (values[a] !== 0 && e > greatest[s]) greatest[s] = e;
          }
        }
        for (let k = from; k < to; k++) {
          const w = weights[k];
          if (values[w] === 0) continue;
          for (let s = 0; s < streams; s++) {
            const a = activations[k * streams + s];
            const value = values[a] * values[w];
            if (value === 0) continue;
            const below = greatest[s] - exponents[a] - exponents[w];
            if (tree === undefined || below <= tree - 9) {
              if (tree === undefined || below <= precision) sums[s] += value;
            } else if (below <= precision) sums[s] += windowed(nibbles, a, w, below, greatest[s], tree - 9);
          }
        }
      };
      return {
        ...session,
        run() {
          sums.fill(0);
          for (let from = 0; from < depth; from += lanes) addBeat(from, Math.min(depth, from + lanes));
          return sums;
        },
      };
    },
  };
}

/** Nine products of nibbles, each without the bits that fall off a window of `kept` bits below the product's top. */
function windowed([low, middle, high], a, w, below, greatest, kept) {
  const lost = below - kept;
  const [a0, a1, a2] = [low[a], middle[a], high[a]];
  const [w0, w1, w2] = [low[w], middle[w], high[w]];
  const sum =
    ((a0 * w0) >> lost) +
    ((((a0 * w1) >> lost) + ((a1 * w0) >> lost)) << 4) +
    ((((a0 * w2) >> lost) + ((a1 * w1) >> lost) + ((a2 * w0) >> lost)) << 8) +
    ((((a1 * w2) >> lost) + ((a2 * w1) >> lost)) << 12) +
    (((a2 * w2) >> lost) << 16);
  return sum * powers[greatest - 22 - kept - leastPower];
}

/** Powers of two of all windows. */
const leastPower = -120;
const powers = Float64Array.from({ length: 160 }, (_, i) => 2 ** (i + leastPower));
