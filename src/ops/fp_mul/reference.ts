import type { Arguments } from '../../builder/index.js';
import { decode } from '../../format/index.js';
import { floatOf } from '../float/parameters.js';
import { exactProduct, isSignalling, roundedWords } from '../float/reference.js';
import type { Words } from '../operator.js';

/** a · b as exact numbers, rounded by the definition of the formats. */
export function reference(p: Arguments): (inputs: readonly Words[]) => Words[] {
  const [a, b] = [floatOf(p, 'a'), floatOf(p, 'b')];
  return ([x, y, random]) => {
    const product = exactProduct(decode(a, x![0]!), decode(b, y![0]!));
    const signalling = isSignalling(a, x![0]!) || isSignalling(b, y![0]!);
    return roundedWords(p, { ...product, invalid: product.invalid || signalling }, random);
  };
}
