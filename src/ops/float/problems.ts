import { fault, type Diagnostic } from '../../base/index.js';
import { formatName, type Format } from '../../format/index.js';

/** The faults of calls of floating-point operators. */

export function nanHasNoPlace(operator: string, to: Format): Diagnostic {
  return fault(
    'no-nan',
    `the result of \`${operator}\` can be NaN, which \`${formatName(to)}\` does not have`,
    { hint: 'say what stands for it: `nan: zero` or `nan: greatest`' },
  );
}

export function tooWide(operator: string, name: string, width: number, most: number): Diagnostic {
  return fault(
    'out-of-range',
    `\`${name}\` of \`${operator}\` has ${width} bits, but at most ${most} are possible`,
  );
}
