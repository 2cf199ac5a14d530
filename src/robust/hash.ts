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
  const low = mix((seed | 0) ^ 0x6a09e667);
  const high = mix(low ^ Math.floor(seed / 2 ** 32));
  const first = mix(mix(high + Math.imul(chip, 0x9e3779b1)) ^ Math.imul(stream, 0x85ebca77));
  const second = mix(first ^ high ^ 0x3c6ef372);
  return (address) => mix(mix(address ^ first) + second) >>> 0;
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
