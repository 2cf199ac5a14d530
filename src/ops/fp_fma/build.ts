import type { Arguments, Datapath, Value } from '../../builder/index.js';
import { decodeFloat } from '../float/decode.js';
import { gates, roundedOutputs } from '../float/outputs.js';
import { floatOf, rulesOf } from '../float/parameters.js';
import { productOf, termOfProduct } from '../float/product.js';
import { sumOfTerms, termOf } from '../float/sum.js';

/** Multiply, align, add, round. */
export function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const { and, or, xor, not, mux } = gates(datapath);
  const [a, b, c] = ['a', 'b', 'c'].map((name, i) => decodeFloat(datapath, inputs[i]!, name));
  const product = productOf(datapath, a!, b!);
  const sum = sumOfTerms(datapath, termOfProduct(product), termOf(c!), floatOf(p, 'to'), rulesOf(p));
  const unknown = or(a!.nan, b!.nan);
  const clash = and(and(and(product.infinite, c!.infinite), xor(product.sign, c!.sign)), not(unknown));
  const invalid = or(product.invalid, clash);
  const infinite = or(product.infinite, c!.infinite);
  const exact = {
    ...sum,
    sign: mux(infinite, mux(product.infinite, product.sign, c!.sign), sum.sign),
    infinite,
    nan: or(unknown, c!.nan, invalid),
  };
  const raised = or(a!.signalling, b!.signalling, c!.signalling, invalid);
  return roundedOutputs(datapath, p, exact, raised, inputs[3]);
}
