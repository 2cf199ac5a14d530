import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { failure, fault, success, wholeFile, type Diagnostic, type Result } from '../base/index.js';

/** A file to be written: a path below the output folder, and its contents. */
export interface OutputFile {
  readonly name: string;
  readonly text: string | Uint8Array;
}

const mostBytes = 1 << 30;

/** The bytes of a file, or why they cannot be read. */
export async function readBytes(file: string): Promise<Result<Uint8Array>> {
  try {
    const { size } = await stat(file);
    if (size > mostBytes) return failure(fault('file-unreadable', `${file} is larger than 1 GiB`));
    return success(await readFile(file));
  } catch (error) {
    return failure(unreadable(file, error));
  }
}

/** The text of a file; a diagnostic for one that is missing, or that holds anything but UTF-8 text. */
export async function readText(file: string): Promise<Result<string>> {
  const bytes = await readBytes(file);
  if (!bytes.ok) return bytes;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.value);
    if (!text.includes('\0')) return success(text);
  } catch {
    // Not UTF-8: told below, as are zero bytes.
  }
  return failure(
    fault('not-text', `${file} is not a text file`, {
      place: wholeFile(file),
      hint: 'give a design, as FILE.dp',
    }),
  );
}

/** The value that a JSON file holds. */
export async function readJson(file: string): Promise<Result<unknown>> {
  const text = await readText(file);
  if (!text.ok) return text;
  try {
    return success(JSON.parse(text.value) as unknown);
  } catch (error) {
    return failure(
      fault('bad-json', `${file} is not JSON: ${(error as Error).message}`, { place: wholeFile(file) }),
    );
  }
}

/**
 * Writes files into a folder: all of them, or none. They are written beside it first and moved in when all are
 * whole, so that a full disk leaves nothing half-written.
 */
export async function writeFolder(folder: string, files: readonly OutputFile[]): Promise<Result<string>> {
  const target = resolve(folder);
  const beside = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    for (const file of files) {
      await mkdir(dirname(join(beside, file.name)), { recursive: true });
      await writeFile(join(beside, file.name), file.text);
    }
    for (const file of files) {
      await mkdir(dirname(join(target, file.name)), { recursive: true });
      await rename(join(beside, file.name), join(target, file.name));
    }
    return success(target);
  } catch (error) {
    return failure(unwritable(folder, error));
  } finally {
    // What went wrong has been told; that there is nothing to remove is no news.
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Writes one file in one step. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<Result<string>> {
  const beside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(beside, text);
    await rename(beside, file);
    return success(file);
  } catch (error) {
    return failure(unwritable(file, error));
  } finally {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a file of that name is in the way',
  ENOSPC: 'the disk is full',
  EFBIG: 'the file would be larger than is allowed',
  EROFS: 'the file system is read-only',
  EDQUOT: 'the quota is used up',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

function unreadable(file: string, error: unknown): Diagnostic {
  return fault('file-unreadable', `cannot read ${file}: ${reasonOf(error)}`);
}

function unwritable(file: string, error: unknown): Diagnostic {
  return fault('file-unwritable', `cannot write ${file}: ${reasonOf(error)}`, {
    hint: 'nothing was left half-written; free some space or choose another place with -o',
  });
}
