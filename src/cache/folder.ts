import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where finished work is kept between runs: `BITLOOM_CACHE`, or `bitloom` in the user's folder for caches. */
export function cacheFolder(): string {
  const user = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return process.env['BITLOOM_CACHE'] || join(user, 'bitloom');
}
