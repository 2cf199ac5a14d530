import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import type { BaselineFile, ReportPart } from '../report/index.js';
import { readJson, readText } from './files.js';
import { frontIn } from './pareto.js';

/** What another command left, as a part of a report: the store of a sweep, a JSON document, or a folder of documents. */
export async function resultsPart(input: string, sweep: string | undefined): Promise<Result<ReportPart>> {
  const isFolder = existsSync(input) && statSync(input).isDirectory();
  if (!isFolder) return documentPart(input);
  const isStore = existsSync(join(input, 'sweep.duckdb'));
  return isStore ? storePart(input, sweep) : folderPart(input);
}

async function storePart(folder: string, sweep: string | undefined): Promise<Result<ReportPart>> {
  const found = await frontIn(folder, sweep === undefined ? {} : { sweep });
  if (!found.ok) return found;
  const { sweepPart } = await import('../report/index.js');
  return success(sweepPart(found.value));
}

async function documentPart(file: string): Promise<Result<ReportPart>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const value = await readJson(file);
  if (!value.ok) return value;
  const { readResults } = await import('../report/index.js');
  return readResults(file, value.value, text.value);
}

/** The documents of a folder that have a title, by their names. */
async function folderPart(folder: string): Promise<Result<ReportPart>> {
  const { baselinePart, nothingToReport } = await import('../report/index.js');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files: BaselineFile[] = [];
  for (const name of names) {
    const text = await readText(join(folder, name));
    if (!text.ok) return text;
    const value = parsed(text.value);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      files.push({ name: name.slice(0, -5), value: value as BaselineFile['value'] });
  }
  if (files.length === 0) return failure(nothingToReport(folder));
  return success(baselinePart(basename(resolve(folder)), files));
}

/** The value of a JSON text; undefined for other text, which no report is made of. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
