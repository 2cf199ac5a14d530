// What synthesis says of samples. Yosys takes a batch of designs through what no technology has a part in, and maps each to
// all technologies from there; netlists are kept by the content of the design, so that a run which was stopped goes on.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { costOfNetlist } from '../../dist/cost/index.js';
import { formsOf } from '../../dist/flow/index.js';
import { renderLiberty } from '../../dist/synth/liberty-text.js';
import { readNetlist, runYosys } from '../../dist/synth/index.js';
import { scriptFiles, scriptInputs, synthesisScript } from '../../dist/synth/script.js';

const batch = 8;
const fileOf = (store, technology, sample) => `${store}/${technology.name}/${sample.key}.json.gz`;

/** Makes the netlists that are missing in the folder `store`; says how far it is. */
export async function synthesiseAll(samples, technologies, store) {
  for (const { name } of technologies) mkdirSync(`${store}/${name}`, { recursive: true });
  const missing = samples.filter((sample) =>
    technologies.some((one) => !existsSync(fileOf(store, one, sample))),
  );
  for (let from = 0; from < missing.length; from += batch) {
    const some = missing.slice(from, from + batch);
    const made = await synthesiseBatch(some, technologies);
    for (const { sample, technology, netlist } of made)
      writeFileSync(fileOf(store, technology, sample), gzipSync(netlist));
    console.error(`${from + some.length} of ${missing.length} synthesised`);
  }
}

async function synthesiseBatch(some, technologies) {
  const files = Object.assign({}, ...technologies.map(inputsOf));
  const script = [];
  const wanted = [];
  for (const sample of some) {
    const { emitted } = formsOf(sample.written);
    const names = emitted.verilog.map(({ name }) => `${sample.key}_${name}`);
    emitted.verilog.forEach(({ text }, k) => (files[names[k]] = text));
    const [first] = technologies;
    const front = synthesisScript(first, emitted.top, names).split('\n');
    const neutral = front
      .slice(0, mappingAt(front))
      .filter((line) => !line.startsWith('read_liberty') && !line.startsWith('techmap -autoproc'));
    script.push('design -reset', ...prefixed(neutral, first), 'design -save front');
    for (const technology of technologies) {
      const lines = synthesisScript(technology, emitted.top, names).split('\n');
      const back = lines.slice(mappingAt(lines)).filter((line) => !line.startsWith('write_verilog'));
      const file = netlistFile(technology, sample);
      wanted.push({ sample, technology, file });
      script.push('design -load front');
      script.push(...prefixed(back, technology).map((line) => line.replace(scriptFiles.netlist, file)));
    }
  }
  const ran = await runYosys({ script: script.join('\n'), files, wanted: wanted.map(({ file }) => file) });
  if (!ran.ok) throw new Error(ran.diagnostics[0].message);
  return wanted.map(({ file, ...rest }) => ({ ...rest, netlist: ran.value.files[file] }));
}

/** Where a script begins to speak of a technology's cells. */
function mappingAt(lines) {
  return lines.findIndex((line) => line.startsWith('dfflibmap'));
}

const netlistFile = (technology, sample) => `${technology.name}_${sample.key}.json`;

function inputsOf(technology) {
  const inputs = Object.entries(scriptInputs(technology, renderLiberty(technology)));
  return Object.fromEntries(inputs.map(([name, text]) => [`${technology.name}_${name}`, text]));
}

/** Lines that name the files of one technology among those of several. */
function prefixed(lines, { name }) {
  const { liberty, products, constraints } = scriptFiles;
  return lines.map((line) =>
    [liberty, products, constraints].reduce((text, file) => text.replaceAll(file, `${name}_${file}`), line),
  );
}

/** Area, delay, energy and leakage of a sample's netlist, under the inputs that costs are given for by default. */
export function figuresOf(sample, technology, store) {
  const text = gunzipSync(readFileSync(fileOf(store, technology, sample))).toString();
  const netlist = readNetlist(text, formsOf(sample.written).emitted.top, technology);
  if (!netlist.ok) throw new Error(`${sample.name}: ${netlist.diagnostics[0].message}`);
  const cost = costOfNetlist({ netlist: netlist.value, verilog: '', yosys: '', effort: {} }, technology);
  if (!cost.ok) throw new Error(`${sample.name}: ${cost.diagnostics[0].message}`);
  const { areaUm2, delayPs, energyFjPerCycle, leakageNw, cells } = cost.value;
  const short = (value) => Number(value.toPrecision(6));
  return {
    cells,
    areaUm2: short(areaUm2),
    delayPs: short(delayPs),
    energyFjPerCycle: short(energyFjPerCycle),
    leakageNw: short(leakageNw),
  };
}
