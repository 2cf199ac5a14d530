import { readFileSync } from 'node:fs';
import { inOrder, renderDiagnostic, type Diagnostic } from '../base/index.js';
import { exit, exitFor } from './exit.js';

/** Prints one JSON document to standard output, and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(JSON.stringify(value, undefined, 2) + '\n');
}

/** Prints a result to standard output. */
export function print(text: string): void {
  process.stdout.write(text + '\n');
}

/** Ends the process as soon as nobody reads what it prints any more (`bitloom … | head`): quietly, as that is no fault. */
export function endWhenUnread(): void {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', onUnread).on('error', onUnread);
}

function onUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exit.done);
}

/** Says what goes on, on standard error. */
export function say(text: string): void {
  process.stderr.write(text + '\n');
}

/** Prints diagnostics with the lines they are about, to standard error. */
export function tell(diagnostics: readonly Diagnostic[]): void {
  const sources = new Map<string, string | undefined>();
  for (const diagnostic of inOrder(diagnostics)) {
    const file = diagnostic.place?.file;
    if (file !== undefined && !sources.has(file)) sources.set(file, sourceOf(file));
    say(renderDiagnostic(diagnostic, file === undefined ? undefined : sources.get(file)));
  }
}

/** Tells faults and gives the exit code for them. */
export function fail(diagnostics: readonly Diagnostic[]): number {
  tell(diagnostics);
  return exitFor(diagnostics);
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A line on a terminal that is written over as work goes on; silent where standard error is no terminal. */
export function progress(label: string): { update(done: number, total: number): void; end(): void } {
  const shown = process.stderr.isTTY === true;
  let last = 0;
  return {
    update(done, total) {
      const now = Date.now();
      if (!shown || now - last < 100) return;
      last = now;
      process.stderr.write(`\r\x1b[K${label} ${Math.floor((100 * done) / Math.max(1, total))} %`);
    },
    end() {
      if (shown) process.stderr.write('\r\x1b[K');
    },
  };
}

/** Rows as a table of aligned columns, numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)));
  const line = (row: readonly (string | number)[]): string =>
    row
      .map((cell, i) =>
        typeof cell === 'number' ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!),
      )
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
