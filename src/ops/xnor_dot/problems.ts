import { fault, type Diagnostic } from '../../base/index.js';

export function notOneBit(name: string, format: string): Diagnostic {
  return fault('type-mismatch', `elements of \`${name}\` of \`xnor_dot\` are one bit, not \`${format}\``, {
    hint: 'give bools, as [x[i] > 0 for i in …], or uint(1); for wider activations there is hetero_dot',
  });
}
