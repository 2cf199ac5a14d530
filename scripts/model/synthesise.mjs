// What synthesis says of designs, by the same scripts as `bitloom cost` (module by module, for the default goal), many in one
// run of Yosys. What no technology has a part in is done once for all of them. Netlists are kept by the content of what they
// are made of, so that a run which was stopped goes on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { costOfNetlist } from '../../dist/cost/index.js';
import { emit } from '../../dist/emit/index.js';
import { assemble } from '../../dist/synth/assemble.js';
import { divide } from '../../dist/synth/divide.js';
import { renderLiberty } from '../../dist/synth/liberty-text.js';
import { netlistOf, readModules } from '../../dist/synth/netlist.js';
import { runYosys } from '../../dist/synth/index.js';
import { scriptFiles, scriptInputs, synthesisScript } from '../../dist/synth/script.js';

const batch = 6;

/** `{technology, text}`: a technology and its cells as Liberty text. */
export function mappedTo(technology) {
  return { technology, text: renderLiberty(technology) };
}

/** The modules of a design, each as `{top, files}` that can be mapped by itself; and the name of the design's top. */
export function partsOf(design) {
  const { top, verilog } = emit(design, { version: 'model' });
  const files = Object.fromEntries(verilog.map(({ name, text }) => [name, text]));
  const divided = divide({ files, top }) ?? [{ name: top, files }];
  return { top, parts: divided.map((part) => ({ top: part.name, files: part.files })) };
}

/** Makes the netlists of parts that are missing in the folder `store`; `jobs` are `{part, targets}`. Says how far it is. */
export async function synthesiseAll(jobs, store) {
  mkdirSync(store, { recursive: true });
  const known = new Set();
  const missing = jobs.flatMap(({ part, targets }) => {
    const open = targets.filter((target) => {
      const file = fileOf(store, part, target);
      return !existsSync(file) && !known.has(file) && known.add(file);
    });
    return open.length > 0 ? [{ part, targets: open }] : [];
  });
  for (let from = 0; from < missing.length; from += batch) {
    const some = missing.slice(from, from + batch);
    await synthesiseBatch(some, store);
    console.error(`${from + some.length} of ${missing.length} modules mapped`);
  }
}

/** Whether the netlists of all parts are in the store. */
export function isMapped({ parts }, target, store) {
  return parts.every((part) => existsSync(fileOf(store, part, target)));
}

function fileOf(store, { top, files }, { technology, text }) {
  const script = synthesisScript(technology, top, Object.keys(files));
  return `${store}/${digest([script, files, text])}.json.gz`;
}

async function synthesiseBatch(some, store) {
  const files = {};
  const script = [];
  const wanted = [];
  const read = new Set();
  some.forEach(({ part, targets }, k) => {
    const names = Object.keys(part.files).map((name) => `p${k}_${name}`);
    Object.values(part.files).forEach((text, i) => (files[names[i]] = text));
    const lines = (target) => synthesisScript(target.technology, part.top, names).split('\n');
    const [first] = targets;
    Object.assign(files, ...targets.map(inputsOf));
    script.push('design -reset');
    if (targets.length > 1) script.push(...prefixed(neutral(lines(first)), first), 'design -save front');
    for (const target of targets) {
      const { name } = target.technology;
      const file = `n${k}_${name}.json`;
      wanted.push({ file, to: fileOf(store, part, target) });
      const whole = lines(target);
      const library = whole.find((line) => line.startsWith('read_liberty'));
      if (targets.length > 1) script.push('design -load front');
      else if (read.has(name)) script.push(`design -load ${name}`);
      else if (library) script.push(...prefixed([library], target), `design -save ${name}`);
      if (targets.length === 1) read.add(name);
      const rest = targets.length > 1 ? whole.slice(mappingAt(whole)) : whole;
      const kept = rest.filter((line) => line !== library && !line.startsWith('write_verilog'));
      script.push(...prefixed(kept, target).map((line) => line.replace(scriptFiles.netlist, file)));
    }
  });
  const ran = await runYosys({ script: script.join('\n'), files, wanted: wanted.map(({ file }) => file) });
  if (!ran.ok) throw new Error(ran.diagnostics[0].message);
  for (const { file, to } of wanted) writeFileSync(to, gzipSync(ran.value.files[file]));
}

/** What a script does before it speaks of a technology's cells; adder leaves are cells. */
function neutral(lines) {
  return lines
    .slice(0, mappingAt(lines))
    .filter((line) => !line.startsWith('read_liberty') && !line.startsWith('techmap -autoproc'));
}

function mappingAt(lines) {
  return lines.findIndex((line) => line.startsWith('dfflibmap'));
}

function inputsOf({ technology, text }) {
  const inputs = Object.entries(scriptInputs(technology, text));
  return Object.fromEntries(inputs.map(([name, content]) => [`${technology.name}_${name}`, content]));
}

/** Lines that name the files of one technology among those of several. */
function prefixed(lines, { technology: { name } }) {
  const { liberty, products, leaves, constraints } = scriptFiles;
  return lines.map((line) =>
    [liberty, products, leaves, constraints].reduce(
      (text, file) => text.replaceAll(file, `${name}_${file}`),
      line,
    ),
  );
}

/**
 * Area, delay, energy and leakage of a design's netlists, under the inputs that costs are given for by default. Kept in the store
 * by the netlists and by the code that they are computed by.
 */
export function figuresOf(name, made, target, store) {
  const netlists = made.parts.map((part) => fileOf(store, part, target));
  const file = `${store}/${digest([made.top, netlists.map((path) => basename(path)), costCode()])}.figures.json`;
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(computed(name, made, target, netlists)));
  return JSON.parse(readFileSync(file, 'utf8'));
}

let code;

/** All files that netlists are read and their figures computed by, in one number. */
function costCode() {
  code ??= digest(
    ['cost', 'synth'].flatMap((folder) => {
      const path = new URL(`../../dist/${folder}/`, import.meta.url);
      const files = readdirSync(path).filter((file) => file.endsWith('.js'));
      return files.sort().map((file) => readFileSync(new URL(file, path), 'utf8'));
    }),
  );
  return code;
}

function digest(value) {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

function computed(name, { top, parts }, target, netlists) {
  const modules = new Map(
    parts.map((part, k) => {
      const text = gunzipSync(readFileSync(netlists[k])).toString();
      return [part.top, orThrow(name, readModules(text))[part.top]];
    }),
  );
  const netlist = orThrow(name, netlistOf(assemble(modules, top), top, target.technology));
  const cost = costOfNetlist({ netlist, verilog: '', yosys: '', effort: {} }, target.technology);
  const { areaUm2, delayPs, energyFjPerCycle, leakageNw, cells } = orThrow(name, cost);
  const short = (value) => Number(value.toPrecision(6));
  return {
    cells,
    areaUm2: short(areaUm2),
    delayPs: short(delayPs),
    energyFjPerCycle: short(energyFjPerCycle),
    leakageNw: short(leakageNw),
  };
}

function orThrow(name, result) {
  if (!result.ok) throw new Error(`${name}: ${result.diagnostics[0].message}`);
  return result.value;
}
