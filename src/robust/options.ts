import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { ladderBits, ladderNames } from '../nn/index.js';
import type { FaultModel } from './faults.js';
import type { FaultMap } from './map.js';
import { noScales, outOfRange, unknownScheme } from './problems.js';
import type { Protection } from './protection.js';
import { hasScales, storedScheme, widestCode, type StoredScheme } from './stored.js';

/** What is asked of a network's weights in a faulty memory. */
export interface RobustOptions {
  /** of codes of the ladder; formats have their own */
  readonly bits: number;
  readonly schemes: readonly StoredScheme[];
  /** bit error rates, 0 to 1 */
  readonly rates: readonly number[];
  readonly chips: number;
  readonly seed: number;
  readonly faults: FaultModel;
  /** Measured cells instead of drawn ones. */
  readonly map?: { readonly cells: FaultMap; readonly voltages: readonly number[] };
  readonly protection: Protection;
}

/** The same as it is asked for: schemes by their names, and without a number of guarded bits for all of them. */
export interface AskedOptions extends Omit<RobustOptions, 'schemes' | 'protection'> {
  readonly schemes: readonly string[];
  readonly protection: Omit<Protection, 'topBits'> & { readonly topBits: number | undefined };
}

/** The options, checked; all that is wrong with them. */
export function checkOptions(given: AskedOptions): Result<RobustOptions> {
  const { bits, rates, chips, faults } = given;
  const found: Diagnostic[] = [];
  const check = (holds: boolean, option: string, value: number | string, what: string): void => {
    if (!holds) found.push(outOfRange(option, value, what));
  };
  const isShare = (x: number): boolean => x >= 0 && x <= 1;
  const schemes = given.schemes.flatMap((name): StoredScheme[] => {
    const scheme = storedScheme(name);
    if (scheme.ok) return [scheme.value];
    const isWord = /^[a-z]+$/i.test(name);
    found.push(...(isWord ? [unknownScheme(name, ladderNames)] : scheme.diagnostics));
    return [];
  });
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
  const protection = protectionOf(given, schemes);
  const { kind, topBits, wordBits, what } = protection;
  const widest = widestOf(schemes, bits);
  if (kind !== 'none')
    check(topBits >= 1 && topBits <= widest, '--protect-bits', topBits, `from 1 to ${widest}`);
  check(wordBits >= 4 && wordBits <= 4096, '--protect-word', wordBits, 'from 4 to 4096');
  if (kind !== 'none' && what === 'scales')
    found.push(...schemes.filter((one) => !hasScales(one)).map(({ name }) => noScales(name)));
  return found.length > 0 ? failure(...found) : success({ ...given, schemes, protection });
}

function protectionOf({ protection, bits }: AskedOptions, schemes: readonly StoredScheme[]): Protection {
  const { topBits, what, ...rest } = protection;
  const guarded = rest.kind === 'none' ? 0 : (topBits ?? widestOf(schemes, bits));
  return { ...rest, topBits: guarded, ...(what && { what }) };
}

function widestOf(schemes: readonly StoredScheme[], bits: number): number {
  return schemes.length === 0 ? bits : Math.max(...schemes.map((scheme) => widestCode(scheme, bits)));
}
