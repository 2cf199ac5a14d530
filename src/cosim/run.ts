import { execFile, type ExecFileException } from 'node:child_process';

export interface Ran {
  /** The exit code, or undefined where the program could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and gives what it printed; `code` is undefined if there is no such program. */
export function run(program: string, args: readonly string[], cwd?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1 << 28, ...(cwd !== undefined && { cwd }) };
    execFile(program, args, options, (error: ExecFileException | null, stdout, stderr) => {
      if (error && typeof error.code === 'string')
        resolve({ code: undefined, stdout, stderr: error.message });
      else resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}
