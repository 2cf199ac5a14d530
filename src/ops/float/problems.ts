import { fault, type Diagnostic } from '../../base/index.js';
import { formatName, type Format } from '../../format/index.js';

/** The faults of calls of floating-point operators. */

export function notFloating(operator: string, name: string, format: Format): Diagnostic {
  return fault(
    'type-mismatch',
    `\`${name}\` of \`${operator}\` must be a floating-point format, but is \`${formatName(format)}\``,
    { hint: 'as fp32, bf16, fp8_e4m3 or fp(5, 10)' },
  );
}

export function notFixed(operator: string, name: string, format: Format): Diagnostic {
  return fault(
    'type-mismatch',
    `\`${name}\` of \`${operator}\` must be an integer or fixed-point format, but is \`${formatName(format)}\``,
    { hint: 'as int(8), uint(16) or fixed(4, 12)' },
  );
}

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
