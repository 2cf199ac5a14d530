import { inOrder, type Diagnostic } from '../base/index.js';
import { limits } from './limits.js';
import { tooManyFaults } from './problems.js';

/** Diagnostics in order, each once, and no more of them than a designer would read. */
export function tidy(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  const distinct = diagnostics.filter((one) => {
    const key = `${one.place?.line}:${one.place?.column}:${one.code}:${one.message}`;
    return !seen.has(key) && seen.add(key);
  });
  return capped(inOrder(distinct));
}

/** The first so many, and that there are more. */
export function capped(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const next = diagnostics[limits.faults];
  if (!next) return [...diagnostics];
  return [...diagnostics.slice(0, limits.faults), tooManyFaults(next.place)];
}

/** Whether there are so many faults that looking for more is of no use. */
export function enough(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.length > 2 * limits.faults;
}
