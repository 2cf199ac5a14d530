import { inOrder, type Diagnostic } from '../base/index.js';
import type { Run } from './command.js';
import { readText } from './files.js';
import { exit } from './exit.js';
import { fail, print, printJson, tell } from './terminal.js';

/** `bitloom check FILE`: all that is wrong with a design file. */
export const run: Run<{ readonly json?: boolean }> = async (file, options) => {
  const text = await readText(file!);
  if (!text.ok && !options.json) return fail(text.diagnostics);
  const diagnostics = text.ok ? await checked(text.value, file!) : text.diagnostics;
  const wrong = diagnostics.some((one) => one.severity === 'error');
  if (options.json)
    printJson({ schema: 1, diagnostics: inOrder(diagnostics).map((one) => entry(one, file!)) });
  else {
    tell(diagnostics);
    if (!wrong) print(`${file}: no errors`);
  }
  return wrong ? exit.userFault : exit.done;
};

/** What is wrong with a text and, where nothing is, with the clocks that its top datapath is made for. */
async function checked(text: string, file: string): Promise<readonly Diagnostic[]> {
  const { checkSource, loadDesign } = await import('../lang/index.js');
  const found = checkSource(text, file);
  if (found.some(({ severity }) => severity === 'error')) return found;
  const loaded = loadDesign(text, file);
  const made = loaded.ok ? loaded.value.at(-1)!.elaborate({}, 'kept') : loaded;
  if (!made.ok || !made.value.modules.some(({ clock }) => clock)) return found;
  const { settleClocks } = await import('../flow/index.js');
  return [...found, ...(await settleClocks(made.value)).diagnostics];
}

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
