import { fault, suggest, wholeFile, type Diagnostic } from '../base/index.js';

export function unknownFormat(text: string, known: readonly string[]): Diagnostic {
  return fault('unknown-format', `there is no number format \`${text}\``, { hint: suggest(text, known) });
}

export function badFormat(text: string, why: string, hint: string): Diagnostic {
  return fault('bad-format', `\`${text}\` is no number format: ${why}`, { hint });
}

export function tooWide(name: string, bits: number, most: number): Diagnostic {
  return fault('bad-format', `\`${name}\` has ${bits} bits; arrays are quantised to at most ${most}`, {
    hint: '`bitloom format encode` converts single numbers to formats of any width',
  });
}

export function noPolicy(policy: string, name: string, known: readonly string[]): Diagnostic {
  return fault('bad-scale', `there is no scale policy \`${policy}\` for \`${name}\``, {
    hint:
      known.length === 0 ? 'the format has no scales: leave the policy out' : `known: ${known.join(', ')}`,
  });
}

export function badBlock(block: number): Diagnostic {
  return fault('bad-block', `a block has 1 to 1048576 elements, not ${block}`);
}

export function badNpy(file: string, why: string, hint?: string): Diagnostic {
  return fault('bad-npy', `${file} cannot be read as .npy: ${why}`, { place: wholeFile(file), hint });
}

export function whyNoSearch(name: string, bits: number): Diagnostic {
  return fault('bad-scale', `the search tries all scales, which are too many for \`${name}\``, {
    hint: `integer scales of at most ${bits} bits are searched`,
  });
}

export function badBitMap(why: string): Diagnostic {
  return fault('bad-bit-map', `the bit map is wrong: ${why}`, {
    hint: 'a bit map has a number from 1 to 8 for each value',
  });
}

export function badAverage(average: number): Diagnostic {
  return fault('out-of-range', `the average number of bits is ${average}, but must be from 1 to 8`);
}

export function noArrayNumber(index: number, value: number): Diagnostic {
  return fault('not-a-number', `value ${index} is ${value}, but must be a finite number`);
}
