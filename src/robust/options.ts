import { failure, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import { ladderBits, ladderNames, type LadderName } from '../nn/index.js';
import type { FaultModel } from './faults.js';
import type { FaultMap } from './map.js';
import { outOfRange, unknownScheme } from './problems.js';
import type { Protection } from './protection.js';

/** What is asked of a network's weights in a faulty memory. */
export interface RobustOptions {
  readonly bits: number;
  readonly schemes: readonly LadderName[];
  /** bit error rates, 0 to 1 */
  readonly rates: readonly number[];
  readonly chips: number;
  readonly seed: number;
  readonly faults: FaultModel;
  /** Measured cells instead of drawn ones. */
  readonly map?: { readonly cells: FaultMap; readonly voltages: readonly number[] };
  readonly protection: Protection;
}

/** The options, checked; all that is wrong with them. */
export function checkOptions(
  given: Omit<RobustOptions, 'schemes'> & { readonly schemes: readonly string[] },
): Result<RobustOptions> {
  const { bits, rates, chips, faults, protection } = given;
  const found: Diagnostic[] = [];
  const check = (holds: boolean, option: string, value: number | string, what: string): void => {
    if (!holds) found.push(outOfRange(option, value, what));
  };
  const isShare = (x: number): boolean => x >= 0 && x <= 1;
  for (const name of given.schemes)
    if (!(ladderNames as readonly string[]).includes(name))
      found.push(unknownScheme(name, suggest(name, ladderNames)));
  const { least, most } = ladderBits;
  check(bits >= least && bits <= most, '--bits', bits, `from ${least} to ${most}`);
  for (const rate of rates) check(isShare(rate), '--rates', rate, 'a share of bits from 0 to 1');
  check(rates.length > 0, '--rates', 'empty', 'at least one rate');
  check(chips >= 1, '--chips', chips, 'at least 1');
  const { effect, rowShare, columnShare } = faults;
  if (effect.kind === 'stuck') check(isShare(effect.ones), '--ones', effect.ones, 'from 0 to 1');
  check(isShare(rowShare), '--row-share', rowShare, 'from 0 to 1');
  check(isShare(columnShare), '--column-share', columnShare, 'from 0 to 1');
  const both = rowShare + columnShare;
  check(both <= 1, '--row-share + --column-share', both, 'at most 1');
  if (given.map) check(both === 0, '--row-share + --column-share', both, '0 with a map');
  const { kind, topBits, wordBits } = protection;
  if (kind !== 'none') check(topBits >= 1 && topBits <= bits, '--protect-bits', topBits, `from 1 to ${bits}`);
  check(wordBits >= 4 && wordBits <= 4096, '--protect-word', wordBits, 'from 4 to 4096');
  return found.length > 0 ? failure(...found) : success(given as RobustOptions);
}
