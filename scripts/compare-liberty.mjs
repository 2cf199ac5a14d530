// What the reduction of a library costs: the same designs mapped with the technology as it is shipped and with the
// full Liberty files, both timed alike. After `npm run build`:
//   node scripts/compare-liberty.mjs tech/sky130.json LIBRARY.lib[.gz]... -- DESIGN.v...
// A design's top module is called like its file. Prints a Markdown table.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTechnology, synthesize, timingOf } from '../dist/synth/index.js';

const [file, ...rest] = process.argv.slice(2);
const libraries = rest.slice(0, rest.indexOf('--'));
const designs = rest.slice(rest.indexOf('--') + 1);
const technology = must(parseTechnology(file, readFileSync(file, 'utf8')));
const liberty = join(libraries.map(read));

console.log(
  `| ${technology.name} | reduced: µm² | ps | s | full: µm² | ps | s |\n|---|---|---|---|---|---|---|`,
);
for (const design of designs) {
  const top = basename(design, '.v');
  const source = { files: { [`${top}.v`]: readFileSync(design, 'utf8') }, top };
  const columns = [];
  for (const options of [{}, { liberty }]) {
    const start = performance.now();
    const { netlist } = must(await synthesize(source, technology, {}, options));
    const seconds = (performance.now() - start) / 1000;
    const area = netlist.instances.reduce((sum, { cell }) => sum + cell.areaUm2, 0);
    columns.push(
      area.toPrecision(5),
      must(timingOf(netlist, technology)).delayPs.toFixed(0),
      seconds.toFixed(1),
    );
  }
  console.log(`| ${top} | ${columns.join(' | ')} |`);
}

function read(path) {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

/** One library of several, as mapping takes one: the first, with those cells of all that the technology has. */
function join(texts) {
  const known = new Set(technology.cells.map((cell) => cell.name));
  const head = texts[0].slice(0, texts[0].search(/^\s*cell\s*\(/m));
  const cells = texts.flatMap(cellTexts).filter(({ name }) => known.has(name));
  return `${head}\n${cells.map(({ text }) => text).join('\n')}\n}\n`;
}

function cellTexts(text) {
  return [...text.matchAll(/^\s*cell\s*\(\s*"?(\w+)"?\s*\)\s*\{/gm)].map((match) => {
    let end = match.index + match[0].length;
    for (let depth = 1; depth > 0; end++) {
      if (text[end] === '{') depth++;
      if (text[end] === '}') depth--;
    }
    return { name: match[1], text: text.slice(match.index, end) };
  });
}

function must(result) {
  if (result.ok) return result.value;
  for (const { message } of result.diagnostics) console.error(message);
  process.exit(2);
}
