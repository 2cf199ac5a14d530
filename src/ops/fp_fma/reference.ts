import type { Arguments } from '../../builder/index.js';
import { decode } from '../../format/index.js';
import { floatOf, rulesOf } from '../float/parameters.js';
import { exactProduct, exactSum, isSignalling, roundedWords } from '../float/reference.js';
import type { Words } from '../operator.js';

/** a · b + c as exact numbers, rounded once. Infinity times zero is invalid whatever c is. */
export function reference(p: Arguments): (inputs: readonly Words[]) => Words[] {
  const formats = ['a', 'b', 'c'].map((name) => floatOf(p, name));
  return (inputs) => {
    const words = inputs.map((port) => port[0]!);
    const [a, b, c] = formats.map((format, i) => decode(format, words[i]!));
    const product = exactProduct(a!, b!);
    const sum = exactSum(product.exact, c!, rulesOf(p));
    const signalling = formats.some((format, i) => isSignalling(format, words[i]!));
    const invalid = product.invalid || sum.invalid || signalling;
    return roundedWords(p, { exact: sum.exact, invalid }, inputs[3]);
  };
}
