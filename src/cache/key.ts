import { createHash } from 'node:crypto';

/**
 * The key of a piece of work: a hash, in hex, of everything that its result depends on. `value` is plain data (what
 * JSON can say, bigints and bytes too); the order of an object's keys makes no difference.
 */
export function keyOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** Tags and lengths keep apart what would look alike: the string "1", the number 1 and the bigint 1. */
function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `n${value}`;
  if (value instanceof Uint8Array) return `b${createHash('sha256').update(value).digest('hex')}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'u';
}
