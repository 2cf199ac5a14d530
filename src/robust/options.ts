import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { ladderBits, ladderNames } from '../nn/index.js';
import type { BufferKind } from './buffers.js';
import type { FaultModel } from './faults.js';
import type { FaultMap } from './map.js';
import { noScales, notOfBuffers, notTransient, outOfRange, unknownScheme } from './problems.js';
import type { Protection } from './protection.js';
import { hasScales, mostBits, storedScheme, widestCode, type StoredScheme } from './stored.js';

/** What is asked of a network in a faulty memory. */
export interface RobustOptions {
  /** What lies in the memory: the weights, or what layers in integers read of activations, or their sums. */
  readonly where: 'weights' | BufferKind;
  /** of codes of the ladder, formats have their own; and of the integers that buffers hold, unless a datapath says it */
  readonly bits: number;
  readonly schemes: readonly StoredScheme[];
  /** bit error rates, 0 to 1 */
  readonly rates: readonly number[];
  readonly chips: number;
  readonly seed: number;
  readonly faults: FaultModel;
  /** Where bits flip in single readings: images that one reading serves. */
  readonly transient?: { readonly images: number };
  /** Bits of a sum in its buffer, and how many products are added between two writings; all where it is left out. */
  readonly sums: { readonly bits: number; readonly terms?: number };
  /** Measured cells instead of drawn ones. */
  readonly map?: { readonly cells: FaultMap; readonly voltages: readonly number[] };
  readonly protection: Protection;
}

/** The same as it is asked for: schemes by their names, and without a number of guarded bits for all of them. */
export interface AskedOptions extends Omit<RobustOptions, 'schemes' | 'protection'> {
  /** None for a network on a datapath, whose ports say what its codes are. */
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
  if (given.schemes.length > 0)
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
  const widest = widestIn(given, schemes);
  if (kind !== 'none')
    check(topBits >= 1 && topBits <= widest, '--protect-bits', topBits, `from 1 to ${widest}`);
  check(wordBits >= 4 && wordBits <= 4096, '--protect-word', wordBits, 'from 4 to 4096');
  found.push(...wrongPlace(given), ...wrongTransient(given));
  if (kind !== 'none' && what === 'scales')
    found.push(...schemes.filter((one) => !hasScales(one)).map(({ name }) => noScales(name)));
  return found.length > 0 ? failure(...found) : success({ ...given, schemes, protection });
}

/** What buffers do not have. */
function wrongPlace({ where, protection, schemes, sums }: AskedOptions): Diagnostic[] {
  if (where === 'weights') return [];
  const found: Diagnostic[] = [];
  const { least, most } = sumBits;
  const coded = protection.kind === 'parity' || protection.kind === 'secded';
  if (coded)
    found.push(notOfBuffers(`--protect ${protection.kind}`, 'hardened bits are the protection that it has'));
  if (protection.what) found.push(notOfBuffers('--protect-what', 'its words have no scales'));
  if (schemes.length > 1 || schemes.some((name) => name !== 'rquant'))
    found.push(notOfBuffers('--scheme', 'its codes are integers of --bits bits'));
  if (!(sums.bits >= least && sums.bits <= most))
    found.push(outOfRange('--sum-bits', sums.bits, `from ${least} to ${most}`));
  return found;
}

/** Widths of a sum in its buffer. */
const sumBits = { least: 8, most: 32 } as const;

/** Flips of one reading have no cells that stay weak. */
function wrongTransient({ transient, faults, map }: AskedOptions): Diagnostic[] {
  if (!transient) return [];
  const { effect, rowShare, columnShare } = faults;
  const found: Diagnostic[] = [];
  if (effect.kind !== 'flip') found.push(notTransient('--ones'));
  if (rowShare + columnShare > 0) found.push(notTransient('--row-share and --column-share'));
  if (map) found.push(notTransient('--map'));
  return found;
}

function protectionOf(given: AskedOptions, schemes: readonly StoredScheme[]): Protection {
  const { topBits, what, ...rest } = given.protection;
  const guarded = rest.kind === 'none' ? 0 : (topBits ?? widestIn(given, schemes));
  return { ...rest, topBits: guarded, ...(what && { what }) };
}

/** How many bits the widest words have, or could have. */
function widestIn({ where, sums, bits }: AskedOptions, schemes: readonly StoredScheme[]): number {
  if (where === 'sums') return sums.bits;
  return schemes.length === 0 ? mostBits : Math.max(...schemes.map((scheme) => widestCode(scheme, bits)));
}
