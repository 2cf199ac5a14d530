import type { Diagnostic } from '../../base/index.js';
import type { Arguments } from '../../builder/index.js';
import { formatName } from '../../format/index.js';
import { fixedOf, integerOf, listOf } from '../arguments.js';
import { notInteger } from '../problems.js';
import { bipolarSigned, signsBeyondBits, unequalLists, unequalRows, wrongScale } from './problems.js';

/**
 * The rules between `bits`, `signs`, `scale`, `outputs`, `a` and `bipolar` of an operator.
 *
 * @param scales whether each output can have factors of its own
 */
export function weightRules(
  operator: string,
  p: Arguments,
  scales: 'each output' | 'all outputs',
): Diagnostic[] {
  const [bits, signs, scale] = [listOf(p, 'bits'), listOf(p, 'signs'), listOf(p, 'scale').length];
  const outputs = integerOf(p, 'outputs');
  const planes = Math.max(...bits);
  const found: Diagnostic[] = [];
  if (bits.length % outputs !== 0) found.push(unequalRows(bits.length, outputs));
  if (bits.length !== signs.length) found.push(unequalLists(bits.length, signs.length));
  const wrong = bits.findIndex((own, i) => (signs[i] ?? 0) >= 2 ** own);
  if (wrong >= 0) found.push(signsBeyondBits(wrong, signs[wrong]!, bits[wrong]!));
  const lists = scales === 'each output' ? outputs : 1;
  if (![0, planes, planes * lists].includes(scale)) found.push(wrongScale(scale, planes, lists));
  return [...found, ...activationRules(operator, p)];
}

/** The rules of the activations' format. */
export function activationRules(operator: string, p: Arguments): Diagnostic[] {
  const a = fixedOf(p, 'a');
  const found: Diagnostic[] = [];
  if (a.fraction !== 0) found.push(notInteger(operator, 'a', formatName(a)));
  if (p['bipolar'] === true && a.signed) found.push(bipolarSigned(formatName(a)));
  return found;
}
