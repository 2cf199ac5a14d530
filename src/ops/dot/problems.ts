import { fault, type Diagnostic } from '../../base/index.js';
import { formatName, type Fixed } from '../../format/index.js';
import type { Block, BlockName } from './packing.js';

/** Fewer than two rows, which share nothing. */
export function nothingToPack(pack: BlockName, rows: number): Diagnostic {
  const found = rows === 0 ? '`b` is one vector' : '`b` has one row';
  return fault('nothing-to-pack', `\`pack: ${pack}\` of \`dot\` has nothing to pack: ${found}`, {
    hint: 'give `b` as several vectors, `int(8)[2][16]`, or leave `pack` out',
  });
}

/** Formats of which not two products fit a multiplier so that both can be told apart. */
export function doesNotPack(pack: BlockName, { wide, narrow }: Block, a: Fixed, b: Fixed): Diagnostic {
  const message = `two products of \`${formatName(a)}\` and \`${formatName(b)}\` do not fit into one ${pack.toUpperCase()} (${wide} × ${narrow} bits)`;
  return fault('does-not-pack', message, { hint: 'narrower formats, or `pack: none`' });
}
