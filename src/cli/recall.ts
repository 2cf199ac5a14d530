import { success, type Diagnostic, type Result } from '../base/index.js';
import { getJson, keyOf, putJson, type Store } from '../cache/index.js';
import { codeStamp } from '../flow/version.js';
import { readBytes } from './files.js';

/**
 * What the program made before of the same question and the same bytes of the files that it reads, or what it makes of
 * them now, which is kept. An answer is plain JSON; its warnings are kept with it, faults are not. Nothing but the store is
 * loaded where the answer is known.
 */
export async function recalled<T>(
  store: Store,
  question: unknown,
  files: readonly string[],
  make: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const read = await Promise.all(files.map(readBytes));
  if (!read.every((one) => one.ok)) return make();
  const bytes = read.map(({ value }) => value);
  const key = keyOf({ code: codeStamp(), question, files, bytes });
  const known = await getJson<{ readonly value: T; readonly warnings: readonly Diagnostic[] }>(store, key);
  if (known) return success(known.value, known.warnings);
  const made = await make();
  if (made.ok) await putJson(store, key, { value: made.value, warnings: made.diagnostics });
  return made;
}
