import { inOrder, type Diagnostic } from '../base/index.js';
import type { Run } from './command.js';
import { readText } from './files.js';
import { exit } from './exit.js';
import { fail, print, printJson, tell } from './terminal.js';

/** `bitloom check FILE`: all that is wrong with a design file. */
export const run: Run<{ readonly json?: boolean }> = async (file, options) => {
  const text = await readText(file!);
  if (!text.ok && !options.json) return fail(text.diagnostics);
  const diagnostics = text.ok
    ? (await import('../lang/index.js')).checkSource(text.value, file!)
    : text.diagnostics;
  const wrong = diagnostics.some((one) => one.severity === 'error');
  if (options.json)
    printJson({ schema: 1, diagnostics: inOrder(diagnostics).map((one) => entry(one, file!)) });
  else {
    tell(diagnostics);
    if (!wrong) print(`${file}: no errors`);
  }
  return wrong ? exit.userFault : exit.done;
};

function entry({ severity, code, message, place, hint }: Diagnostic, file: string) {
  return {
    severity,
    code,
    file: place?.file ?? file,
    line: place?.line ?? 1,
    column: place?.column ?? 1,
    message,
    ...(hint !== undefined && { hint }),
  };
}
