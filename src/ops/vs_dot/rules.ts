import type { Diagnostic } from '../../base/index.js';
import type { Arguments } from '../../builder/index.js';
import { fixedOf, integerOf } from '../arguments.js';
import { notInteger, scaleTooWide } from './problems.js';

/** Codes are integers, scales unsigned ones, and no more bits of their product are kept than there are. */
export function vectorRules(operator: string, p: Arguments): Diagnostic[] {
  const codes = ['a', 'b']
    .filter((name) => fixedOf(p, name).fraction > 0)
    .map((name) => notInteger(operator, name, fixedOf(p, name), 'an integer, `int(n)` or `uint(n)`'));
  const scales = ['a_scale', 'b_scale']
    .filter((name) => fixedOf(p, name).fraction > 0 || fixedOf(p, name).signed)
    .map((name) => notInteger(operator, name, fixedOf(p, name), '`uint(n)`'));
  const bits = integerOf(p, 'scale_bits');
  const most = fixedOf(p, 'a_scale').width + fixedOf(p, 'b_scale').width;
  return [...codes, ...scales, ...(bits > most ? [scaleTooWide(operator, bits, most)] : [])];
}
