import type { Arguments } from '../../builder/index.js';
import { decode } from '../../format/index.js';
import { floatOf, rulesOf } from '../float/parameters.js';
import { exactSum, isSignalling, opposite, roundedWords } from '../float/reference.js';
import type { Words } from '../operator.js';

/** a ± b as exact numbers, rounded by the definition of the formats. */
export function reference(p: Arguments): (inputs: readonly Words[]) => Words[] {
  const [a, b] = [floatOf(p, 'a'), floatOf(p, 'b')];
  return ([x, y, random]) => {
    const right = decode(b, y![0]!);
    const sum = exactSum(decode(a, x![0]!), p['subtract'] === true ? opposite(right) : right, rulesOf(p));
    const signalling = isSignalling(a, x![0]!) || isSignalling(b, y![0]!);
    return roundedWords(p, { ...sum, invalid: sum.invalid || signalling }, random);
  };
}
