import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderDiagnostic, type Diagnostic } from '../src/base/index.js';
import { checkSource } from '../src/lang/index.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = `${root}test/errors/`;
const files = readdirSync(folder).filter((file) => file.endsWith('.dp'));

/** `//! error CODE COLUMN: MESSAGE` on the line of the fault, or `LINE:COLUMN` where no comment can stand there. */
const marker = /\/\/! (error|warning) ([a-z-]+) (?:(\d+):)?(\d+): (.*?)(?= \/\/! |$)/g;

interface Case {
  readonly file: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

const cases: readonly Case[] = files.map((file) => {
  const text = readFileSync(folder + file, 'utf8');
  return { file, text, diagnostics: checkSource(text, file) };
});

function expectedOf(text: string): string[] {
  return text.split('\n').flatMap((line, i) =>
    [...line.matchAll(marker)].map(([, severity, code, own, column, message]) => {
      return `${own ?? i + 1}:${column} ${severity} ${code}: ${message}`;
    }),
  );
}

function foundOf(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ place, severity, code, message }) => {
    return `${place?.line}:${place?.column} ${severity} ${code}: ${message}`;
  });
}

describe('every file of test/errors gives exactly the diagnostics written on its lines', () => {
  it.each(cases)('$file', ({ text, diagnostics }) => {
    const expected = expectedOf(text);
    expect(expected.length).toBeGreaterThan(0);
    expect(foundOf(diagnostics).sort()).toEqual(expected.sort());
  });

  it('there are many', () => expect(cases.length).toBeGreaterThanOrEqual(40));

  it('covers every code that the language and the builder can give', () => {
    const made = ['src/lang/problems.ts', 'src/builder/problems.ts'].flatMap((file) =>
      [...readFileSync(root + file, 'utf8').matchAll(/fault\(\s*'([a-z-]+)'/g)].map(([, code]) => code!),
    );
    const covered = new Set(cases.flatMap(({ diagnostics }) => diagnostics.map((one) => one.code)));
    expect(made.length).toBeGreaterThan(30);
    expect([...new Set(made)].filter((code) => !covered.has(code))).toEqual([]);
  });

  it.each(cases)('$file: a caret can point at every fault', ({ text, diagnostics }) => {
    const lines = text.split('\n');
    for (const diagnostic of diagnostics) {
      const { line, column, length } = diagnostic.place!;
      expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
      expect(length).toBeGreaterThanOrEqual(1);
      expect(renderDiagnostic(diagnostic, text)).toMatch(/\n.*\n.*\^/);
    }
  });
});
