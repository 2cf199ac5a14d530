import type { Verdict } from '../cosim/index.js';
import { table, text, type Badge, type Section } from './model.js';

export interface Verification {
  readonly verdicts: readonly Verdict[];
  readonly lint: readonly string[];
  /** Verilator's version; undefined where there is none. */
  readonly verilator: string | undefined;
  readonly seed: number;
}

/** What was verified, in one line. */
export function verdictOf({ verdicts, lint, verilator }: Verification): Badge {
  const mismatches = verdicts.reduce((sum, verdict) => sum + verdict.mismatches, 0);
  if (mismatches > 0) return { text: `FAILED: ${mismatches} mismatches`, state: 'bad' };
  if (verilator === undefined) return { text: 'not verified under Verilator', state: 'unknown' };
  if (lint.length > 0)
    return { text: `verified, but Verilator's linter has ${lint.length} warnings`, state: 'unknown' };
  return { text: `verified under Verilator ${verilator}: 0 mismatches`, state: 'good' };
}

export function verificationSection(verification: Verification): Section {
  const { verdicts, lint, verilator, seed } = verification;
  const data = {
    columns: ['subject', 'mismatches', 'reference', 'interpreter', 'Verilator'],
    rows: verdicts.map(({ subject, mismatches, compared }) => [
      ...[subject, mismatches],
      ...['reference', 'interpreter', 'verilator'].map((engine) => compared[engine] ?? null),
    ]),
  };
  return {
    title: 'Verification',
    blocks: [
      text(
        verilator === undefined
          ? 'Verilator is not installed: the Verilog was neither linted nor run.'
          : `verilator --lint-only -Wall (${verilator}): ${lint.length === 0 ? 'no warnings' : lint.join('; ')}.`,
      ),
      table(
        'Vectors compared with the compiled simulation, in each engine',
        data,
        `random vectors from seed ${seed}, biased to corners, behind every combination of the ports' corners`,
      ),
    ],
  };
}
