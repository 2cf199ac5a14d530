import { fault, type Diagnostic } from '../../base/index.js';

export function unequalRows(length: number, outputs: number): Diagnostic {
  return fault(
    'bad-weights',
    `\`bits\` has ${length} elements, which ${outputs} outputs cannot share equally`,
    {
      hint: 'give every output the same number of weights: length(bits) is a multiple of `outputs`',
    },
  );
}

export function unequalLists(bits: number, signs: number): Diagnostic {
  return fault('bad-weights', `\`bits\` has ${bits} elements, but \`signs\` has ${signs}`, {
    hint: 'each weight has a number of bits and a code of signs',
  });
}

export function signsBeyondBits(index: number, code: number, bits: number): Diagnostic {
  const most = 2 ** bits - 1;
  return fault('bad-weights', `element ${index} of \`signs\` is ${code}, but its weight has ${bits} bits`, {
    hint: `the code of a weight of ${bits} bits is from 0 to ${most}: bit b is 1 where plane b is +1`,
  });
}

export function wrongScale(length: number, planes: number, outputs: number): Diagnostic {
  const due = outputs === 1 ? `${planes}` : `${planes}, or ${planes * outputs} for a scale of each output`;
  return fault('bad-weights', `\`scale\` has ${length} elements for ${planes} planes`, {
    hint: `give ${due}: one for each plane; or none, for the sums of the planes alone`,
  });
}

export function bipolarSigned(format: string): Diagnostic {
  return fault('type-mismatch', `bipolar activations are bits of \`uint\`, but \`a\` is \`${format}\``, {
    hint: 'as in a: uint(1), where 0 means −1',
  });
}
