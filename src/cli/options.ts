import { homedir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { parseArgument, type Argument } from '../builder/index.js';

/** Collects `-p NAME=VALUE`, repeatable. */
export function collectParameter(
  text: string,
  before: Readonly<Record<string, Argument>>,
): Readonly<Record<string, Argument>> {
  const found = /^([A-Za-z_]\w*)=(.+)$/.exec(text);
  if (!found) throw new InvalidArgumentError('must be NAME=VALUE, as in -p lanes=32.');
  return { ...before, [found[1]!]: parseArgument(found[2]!) };
}

/** An integer of at least `least` for an option. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`must be an integer of at least ${least}.`);
    return value;
  };
}

/** Where finished work is kept between runs: `BITLOOM_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  return (
    process.env['BITLOOM_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bitloom')
  );
}
