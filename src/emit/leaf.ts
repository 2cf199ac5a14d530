import { readFileSync } from 'node:fs';

const folder = new URL('../../rtl/', import.meta.url);
const texts = new Map<string, string>();

/** The Verilog of a leaf module written by hand: the file of that name in `rtl/`. */
export function leafText(file: string): string {
  const known = texts.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(file, folder), 'utf8');
  texts.set(file, text);
  return text;
}
