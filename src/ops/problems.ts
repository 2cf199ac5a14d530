import { fault, type Diagnostic } from '../base/index.js';

/** Faults of parameters that several operators can have. */

export function notInteger(operator: string, name: string, format: string): Diagnostic {
  return fault('type-mismatch', `\`${name}\` of \`${operator}\` must be an integer, but is \`${format}\``, {
    hint: 'reinterpret(x, to: int(…)) reads fixed point as the integer of its bits',
  });
}
