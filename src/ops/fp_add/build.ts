import type { Arguments, Datapath, Value } from '../../builder/index.js';
import { decodeFloat, type Decoded } from '../float/decode.js';
import { gates, roundedOutputs } from '../float/outputs.js';
import { floatOf, hasInfinity, rulesOf } from '../float/parameters.js';
import { sumOfTerms, termOf } from '../float/sum.js';

/** Align, add, round. */
export function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const { and, or, xor, not, mux } = gates(datapath);
  const a = decodeFloat(datapath, inputs[0]!, 'a');
  const right = decodeFloat(datapath, inputs[1]!, 'b');
  const b = p['subtract'] === true ? { ...right, sign: not(right.sign) } : right;
  const sum = sumOfTerms(datapath, termOf(a), termOf(b), floatOf(p, 'to'), rulesOf(p));
  const infinite = or(a.infinite, b.infinite);
  const infiniteSign = mux(a.infinite, a.sign, b.sign);
  const clash = and(and(a.infinite, b.infinite), xor(a.sign, b.sign));
  const exact = {
    ...sum,
    sign: infinitiesLead(a, b) ? sum.sign : mux(infinite, infiniteSign, sum.sign),
    infinite,
    nan: or(a.nan, b.nan, clash),
  };
  const invalid = or(a.signalling, b.signalling, clash);
  return roundedOutputs(datapath, p, exact, invalid, inputs[2]);
}

/** Whether an infinity's field is above that of every number, so that the sum has its sign anyway; or there is none. */
function infinitiesLead(a: Decoded, b: Decoded): boolean {
  if (!hasInfinity(a.format) && !hasInfinity(b.format)) return true;
  const alike = a.format.exponent === b.format.exponent && a.format.lowest === b.format.lowest;
  return alike && hasInfinity(a.format) && hasInfinity(b.format);
}
