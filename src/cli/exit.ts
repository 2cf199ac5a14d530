import { toolMissing, type Diagnostic } from '../base/index.js';

/** What the exit code of a command means; other programs rely on it. */
export const exit = {
  /** Done, and all that was checked holds. */
  done: 0,
  /** A check failed: a mismatch, a budget exceeded. */
  checkFailed: 1,
  /** The user's fault; diagnostics were printed. */
  userFault: 2,
  /** An external tool that is needed is not installed. */
  toolMissing: 3,
  /** A bug of the toolkit. */
  bug: 70,
} as const;

/** The exit code for faults: 3 where a missing tool is among them, else 2. */
export function exitFor(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.some((diagnostic) => diagnostic.code === toolMissing)
    ? exit.toolMissing
    : exit.userFault;
}
