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

/** The first so many, and how many there are more. */
export function capped(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const more = diagnostics.length - limits.faults;
  if (more <= 0) return [...diagnostics];
  return [...diagnostics.slice(0, limits.faults), tooManyFaults(diagnostics[limits.faults]!.place, more)];
}
