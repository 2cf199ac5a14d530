import { fault, type Diagnostic } from '../../base/index.js';
import { formatName, type Fixed } from '../../format/index.js';

/** Codes or scales that are no integers of the sign they must have. */
export function notInteger(operator: string, name: string, found: Fixed, due: string): Diagnostic {
  return fault(
    'type-mismatch',
    `\`${name}\` of \`${operator}\` must be ${due}, but is \`${formatName(found)}\``,
    {
      hint: 'codes are integers and scales unsigned ones; factors with a point stay outside, in the coarse scale',
    },
  );
}

/** More bits asked for than the product of the scales has. */
export function scaleTooWide(operator: string, bits: number, most: number): Diagnostic {
  return fault(
    'out-of-range',
    `\`scale_bits\` of \`${operator}\` is ${bits}, but the product of the two scales has ${most} bits`,
    { hint: `at most ${most}; 0 keeps all bits` },
  );
}

/** An accumulator that the sum of the stated number of vectors can overflow. */
export function accumulatorTooNarrow(operator: string, width: number, least: number): Diagnostic {
  return fault(
    'loses-bits',
    `\`accumulator\` of \`${operator}\` has ${width} bits, but the greatest sum needs ${least}`,
    { hint: `at least ${least}, or 0 for just that; or fewer \`vectors\` in a sum` },
  );
}
