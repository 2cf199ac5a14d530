import type { Run } from './command.js';
import { exit } from './exit.js';
import { readText, writeWhole } from './files.js';
import { fail, print, say } from './terminal.js';

/** `bitloom fmt FILE`: rewrites a design file in the canonical form, or says whether it has that form. */
export const run: Run<{ readonly check?: boolean; readonly stdout?: boolean }> = async (file, options) => {
  const text = await readText(file!);
  if (!text.ok) return fail(text.diagnostics);
  const { formatSource } = await import('../lang/index.js');
  const formatted = formatSource(text.value, file!);
  if (!formatted.ok) return fail(formatted.diagnostics);
  if (options.stdout) {
    print(formatted.value.trimEnd());
    return exit.done;
  }
  const same = formatted.value === text.value;
  if (options.check) {
    if (!same) say(`${file} is not in canonical form; \`bitloom fmt ${file}\` rewrites it`);
    return same ? exit.done : exit.checkFailed;
  }
  if (same) return exit.done;
  const written = await writeWhole(file!, formatted.value);
  return written.ok ? exit.done : fail(written.diagnostics);
};
