// Makes the cost models of tech/model/: `npm run build && node scripts/fit-model.mjs [TECHNOLOGY …] [--store DIR]`. For each
// technology NAME.json has formulas and errors, NAME-samples.json what synthesis gave. Netlists are kept in the store by the
// content of designs, so that a run which was stopped goes on; a first run for all four takes about a quarter of an hour.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { estimated, measured, modelErrors, parseCostModel } from '../dist/cost/index.js';
import { optimise } from '../dist/pass/index.js';
import { parseTechnology } from '../dist/synth/index.js';
import { fitted } from './model/fit.mjs';
import { samples } from './model/samples.mjs';
import { figuresOf, synthesiseAll } from './model/synthesise.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const given = process.argv.slice(2);
const at = given.indexOf('--store');
const cache = process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`;
const store = at < 0 ? `${cache}/bitloom/model` : given.splice(at, 2)[1];
const names = given.length > 0 ? given : ['asap7', 'freepdk45', 'sky130', 'sg13g2'];

/** Below so many cells a single one is a large part, and no model of use. */
const leastCells = 20;

const technologies = names.map((name) => {
  const read = parseTechnology(name, readFileSync(`${root}tech/${name}.json`, 'utf8'));
  if (!read.ok) throw new Error(read.diagnostics[0].message);
  return read.value;
});
const all = samples().map((sample) => ({ ...sample, features: measured(optimise(sample.written)) }));
await synthesiseAll(all, technologies, store);
mkdirSync(`${root}tech/model`, { recursive: true });
for (const technology of technologies) await fitTechnology(technology);

async function fitTechnology(technology) {
  const rows = all
    .map((sample) => ({ ...sample, figures: figuresOf(sample, technology, store), weight: weightOf(sample) }))
    .filter(({ figures }) => figures.cells >= leastCells);
  const of = (set) => rows.filter((row) => row.set === set);
  const { name, source, corner } = technology;
  const written = {
    schema: 1,
    technology: name,
    source: `fitted to ${of('fit').length} modules mapped by Yosys to ${source.library}, ${corner.name} (${corner.voltage} V, ${corner.temperature} °C)`,
    ...fitted(of('fit')),
  };
  const none = Object.fromEntries(
    ['areaUm2', 'delayPs', 'energyFjPerCycle', 'leakageNw'].map((figure) => [figure, { mean: 0 }]),
  );
  const model = await parseCostModel(name, JSON.stringify({ ...written, errorPercent: { heldOut: none } }));
  if (!model.ok) throw new Error(model.diagnostics.map(({ message }) => message).join('\n'));
  const errors = (set) =>
    modelErrors(
      of(set).map(({ features, figures }) => ({
        modelled: estimated(model.value, features),
        synthesised: figures,
      })),
    );
  const errorPercent = { fit: errors('fit'), validation: errors('validation'), heldOut: errors('heldOut') };
  await write(`${name}.json`, { ...written, errorPercent });
  const listed = rows.map(({ set, name: sample, of: kind, key, figures }) => ({
    set,
    name: sample,
    of: kind,
    key,
    ...figures,
  }));
  const lines = listed.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  writeFileSync(
    `${root}tech/model/${name}-samples.json`,
    `{\n  "schema": 1,\n  "technology": "${name}",\n  "samples": [\n${lines}\n  ]\n}\n`,
  );
  console.log(name, JSON.stringify(errorPercent));
}

/** Bare gates say little about circuits, operators most. */
function weightOf({ of, name }) {
  if (of !== 'primitive') return 2;
  return /^(and|or|xor|mux|below|reduce|rom|compare_eq)_/.test(name) ? 0.3 : 1;
}

async function write(file, json) {
  writeFileSync(
    `${root}tech/model/${file}`,
    await format(JSON.stringify(json), { parser: 'json', printWidth: 110 }),
  );
}
