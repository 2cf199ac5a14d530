import { fault, type Diagnostic } from '../../base/index.js';
import { formatName, type Format } from '../../format/index.js';

/** A vector that does not consist of whole blocks. */
export function notWholeBlocks(length: number, block: number): Diagnostic {
  return fault(
    'out-of-range',
    `\`length\` of \`mx_dot\` is ${length}, which is no multiple of \`block\`, ${block}`,
    { hint: `fill the last block with zeros to ${Math.ceil(length / block) * block} elements` },
  );
}

/** A scale that could be infinite or negative. */
export function badScale(name: string, found: Format): Diagnostic {
  return fault(
    'type-mismatch',
    `\`${name}\` of \`mx_dot\` must be an unsigned format without infinity, but is \`${formatName(found)}\``,
    { hint: 'e8m0 for MX, ue4m3 for NVFP4; the scale of a tensor stays outside' },
  );
}

/** An element format without a zero. */
export function noZero(name: string, found: Format): Diagnostic {
  return fault(
    'type-mismatch',
    `\`${name}\` of \`mx_dot\` must have a zero, but is \`${formatName(found)}\``,
    { hint: 'only scales are of that format' },
  );
}

/** A floating-point result that cannot say that there is none. */
export function noNan(found: Format): Diagnostic {
  return fault(
    'type-mismatch',
    `\`to\` of \`mx_dot\` is \`${formatName(found)}\`, which has no sign or no NaN`,
    {
      hint: 'a scale can be NaN, and then so is the result: use fp32, or a fixed-point format, which gets a port `invalid`',
    },
  );
}

/** A fixed-point result without sign. */
export function noSign(found: Format): Diagnostic {
  return fault('type-mismatch', `\`to\` of \`mx_dot\` is \`${formatName(found)}\`, which has no sign`, {
    hint: 'use fixed(i, f)',
  });
}
