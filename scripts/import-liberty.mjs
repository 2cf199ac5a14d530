// Reads a technology's Liberty files again, with what its file states beside them (name, wires, cells left out).
// After `npm run build`: node scripts/import-liberty.mjs tech/sky130.json LIBRARY.lib[.gz]...
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { importLiberty, parseTechnology, renderTechnology } from '../dist/synth/index.js';

const [file, ...libraries] = process.argv.slice(2);
const { name, node, wire, supply, dontUse, source } = must(parseTechnology(file, readFileSync(file, 'utf8')));
const texts = libraries.map((path) => ({ file: path, text: read(path) }));
const technology = must(importLiberty(texts, { name, node, wire, supply, dontUse, source }));
writeFileSync(file, renderTechnology(technology));
console.log(`${file}: ${technology.cells.length} cells`);

function read(path) {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

function must(result) {
  if (result.ok) return result.value;
  for (const { message } of result.diagnostics) console.error(message);
  process.exit(2);
}
