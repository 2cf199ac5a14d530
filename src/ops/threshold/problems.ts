import { fault, type Diagnostic } from '../../base/index.js';

export function wrongFlips(flips: number, channels: number): Diagnostic {
  return fault('bad-flip', `\`flip\` has ${flips} elements for ${channels} channels`, {
    hint: 'give each channel 0 or 1, or leave it out where no channel is flipped',
  });
}
