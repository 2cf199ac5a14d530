/**
 * A function from an address to 32 random bits, the same on every machine. Different keys and streams give functions
 * that are independent for all that statistics of bit errors show: two rounds of a bijective mixer (the finaliser of
 * MurmurHash3, A. Appleby), keyed before each.
 *
 * @param seed any safe integer
 * @param chip which chip, a whole number below 2^32
 * @param stream what the bits are for, a whole number below 2^32
 */
export function bitsByAddress(seed: number, chip: number, stream: number): (address: number) => number {
  const [first, second] = keys(seed, chip, stream);
  return (address) => mix(mix(address ^ first) + second) >>> 0;
}

/**
 * The addresses below `cells` with bits below `bound` (0 to 2^32), in order; the bits are those of `bitsByAddress`.
 *
 * @param room how many there will be, roughly
 */
export function addressesBelow(
  [seed, chip, stream]: readonly [seed: number, chip: number, stream: number],
  cells: number,
  bound: number,
  room: number,
): Uint32Array {
  const [first, second] = keys(seed, chip, stream);
  let addresses = new Uint32Array(room);
  let found = 0;
  for (let address = 0; address < cells; address++) {
    if (mix(mix(address ^ first) + second) >>> 0 >= bound) continue;
    if (found === addresses.length) addresses = grown(addresses);
    addresses[found++] = address;
  }
  return addresses.slice(0, found);
}

function keys(seed: number, chip: number, stream: number): [number, number] {
  const low = mix((seed | 0) ^ 0x6a09e667);
  const high = mix(low ^ Math.floor(seed / 2 ** 32));
  const first = mix(mix(high + Math.imul(chip, 0x9e3779b1)) ^ Math.imul(stream, 0x85ebca77));
  return [first, mix(first ^ high ^ 0x3c6ef372)];
}

function grown(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(2 * from.length + 64);
  to.set(from);
  return to;
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
