import type { Place } from './place.js';

export type Severity = 'error' | 'warning';

/**
 * A fault of the user's, told to the user. `code` is stable and names the rule; `message` says what is wrong,
 * `hint` what to do about it. Faults are values: functions return as many as they can find in one run.
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly place?: Place;
  readonly hint?: string;
}

/** A value, or the reasons why there is none. Warnings may come along with a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function success<T>(value: T, diagnostics: readonly Diagnostic[] = []): Result<T> {
  return { ok: true, value, diagnostics };
}

export function failure<T>(...diagnostics: readonly Diagnostic[]): Result<T> {
  return { ok: false, diagnostics };
}

/** An error diagnostic; `place` and `hint` where there are any. */
export function fault(
  code: string,
  message: string,
  more: { readonly place?: Place | undefined; readonly hint?: string | undefined } = {},
): Diagnostic {
  return {
    severity: 'error',
    code,
    message,
    ...(more.place && { place: more.place }),
    ...(more.hint !== undefined && { hint: more.hint }),
  };
}

/** The code of a diagnostic that says a needed external tool is not installed; commands then exit with 3. */
export const toolMissing = 'tool-missing';

/** Diagnostics in the order of their places: by file, line, column; those without a place first. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      (a.place?.file ?? '').localeCompare(b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}

/**
 * One diagnostic as text: place, severity and message, the source line with a caret line under it, the hint.
 *
 * @param source the text of the file that the place names, if it is at hand
 */
export function renderDiagnostic(diagnostic: Diagnostic, source?: string): string {
  const { place, severity, message, hint } = diagnostic;
  const head = place ? `${place.file}:${place.line}:${place.column}: ` : '';
  const lines = [`${head}${severity}: ${message}`];
  const text = place && source?.split(/\r?\n/)[place.line - 1];
  if (place && text !== undefined && text !== '' && !isBinary(text)) lines.push(...excerpt(place, text));
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return lines.join('\n  ');
}

/** Whether a line is none that people wrote: it has control characters, or bytes that are no UTF-8. */
function isBinary(line: string): boolean {
  return /[\x00-\x08\x0e-\x1f\ufffd]/.test(line);
}

function excerpt(place: Place, text: string): string[] {
  const number = String(place.line).padStart(3);
  const blank = ' '.repeat(number.length);
  const indent = text.slice(0, place.column - 1).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(place.length, text.length - place.column + 1)));
  return [`${number} | ${text}`, `${blank} | ${indent}${carets}`];
}
