import { fault, type Diagnostic } from '../../base/index.js';

export function notWhole(name: string): Diagnostic {
  return fault('type-mismatch', `\`${name}\` of \`vs_quantise\` must be an integer`, {
    hint: 'factors with a point belong into multiplier and shift',
  });
}

export function notUnsigned(name: string): Diagnostic {
  return fault('type-mismatch', `\`${name}\` of \`vs_quantise\` must have no sign`, {
    hint: 'give it a format `uint(n)`',
  });
}

/** Signed codes are −(2^(N−1) − 1) … 2^(N−1) − 1: with one bit, only 0. */
export function tooFewBits(): Diagnostic {
  return fault('out-of-range', '`to` of `vs_quantise` is `int(1)`, which has no positive code to scale by', {
    hint: 'at least `int(2)`, or an unsigned format',
  });
}
