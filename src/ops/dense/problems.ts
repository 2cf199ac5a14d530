import { fault, type Diagnostic } from '../../base/index.js';

export function notShared(outputs: number, elements: number): Diagnostic {
  return fault('parameter-rule', `${outputs} outputs are not shared evenly by ${elements} elements`, {
    hint: '`elements` of `dense` has to divide `outputs`',
  });
}

export function wrongCount(name: string, found: number, due: number, what: string): Diagnostic {
  return fault(
    'parameter-rule',
    `\`${name}\` of \`dense\` holds ${found} number${found === 1 ? '' : 's'}, but ${what} take ${due}`,
  );
}

export function largeNumber(name: string, value: number, format: string): Diagnostic {
  return fault('parameter-rule', `${value} in \`${name}\` of \`dense\` is beyond \`${format}\``, {
    hint: 'numbers are given as integers, in units of the format’s last bit',
  });
}

export function fineResult(found: number, most: number): Diagnostic {
  return fault(
    'parameter-rule',
    `\`y\` of \`dense\` has ${found} bits behind the point, more than the ${most} of a product`,
  );
}

export function wideVector(name: string, bits: number, most: number): Diagnostic {
  return fault('parameter-rule', `\`${name}\` of \`dense\` is ${bits} bits wide, and ${most} is the most`);
}
