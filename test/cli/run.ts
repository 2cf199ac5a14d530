import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../bin/bitloom.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a user would. */
export function bitloom(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const ran = spawnSync('node', [program, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}
