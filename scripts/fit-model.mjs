// Makes the cost models of tech/model/: `npm run build && node scripts/fit-model.mjs [TECHNOLOGY …] [--store DIR] [--stored]`. For
// each technology NAME.json has formulas, adders and errors, NAME-samples.json what synthesis gave. Netlists are kept in the store
// by what they are made of, so that a run which was stopped goes on; a first run for all four takes about two hours of an idle
// core. `--stored` synthesises nothing, and fits to what is in the store.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { estimated, measured, modelErrors, parseCostModel } from '../dist/cost/index.js';
import { adderCells, parseTechnology } from '../dist/synth/index.js';
import { fitted } from './model/fit.mjs';
import { formsOfAll } from './model/forms.mjs';
import { samples } from './model/samples.mjs';
import { figuresOf, isMapped, mappedTo, partsOf, synthesiseAll } from './model/synthesise.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const given = process.argv.slice(2);
const onlyStored = given.includes('--stored');
if (onlyStored) given.splice(given.indexOf('--stored'), 1);
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
const targets = new Map(technologies.map((technology) => [technology, mappedTo(technology)]));
const all = formsOfAll(samples(), technologies).map((one) => ({
  ...one,
  made: partsOf(one.design),
  features: measured(one.design),
}));
const jobs = all.flatMap(({ made, technologies: to }) =>
  made.parts.map((part) => ({ part, targets: to.map((technology) => targets.get(technology)) })),
);
if (!onlyStored) await synthesiseAll(jobs, store);
mkdirSync(`${root}tech/model`, { recursive: true });
for (const technology of technologies) await fitTechnology(technology);

async function fitTechnology(technology) {
  const target = targets.get(technology);
  const due = all.filter((one) => one.technologies.includes(technology));
  const made = due.filter((one) => isMapped(one.made, target, store));
  const partly = new Set([
    ...due.filter((one) => one.partly.has(technology)).map(({ sample }) => sample.name),
    ...due.filter((one) => !made.includes(one)).map(({ sample }) => sample.name),
  ]);
  if (made.length < due.length)
    console.error(`${technology.name}: ${due.length - made.length} designs are not in the store`);
  const rows = made
    .map(({ sample: { set, name, of }, form, key, made: netlists, features }) => ({
      row: { set, name, of, form, key },
      set,
      name,
      of,
      whole: !partly.has(name),
      features,
      figures: figuresOf(name, netlists, target, store),
    }))
    .filter(({ name }, _, found) => found.find((row) => row.name === name).figures.cells >= leastCells)
    .map((row) => ({ ...row, weight: weightOf(row) }));
  const fit = rows.filter(({ set }) => set === 'fit');
  const { name, source, corner } = technology;
  const written = {
    schema: 1,
    technology: name,
    source: `fitted to ${fit.length} modules mapped by Yosys to ${source.library}, ${corner.name} (${corner.voltage} V, ${corner.temperature} °C)`,
    ...fitted(fit, name),
    adders: adderCells(technology) ?? null,
  };
  const none = Object.fromEntries(
    ['areaUm2', 'delayPs', 'energyFjPerCycle', 'leakageNw'].map((figure) => [figure, { mean: 0 }]),
  );
  const model = await parseCostModel(name, JSON.stringify({ ...written, errorPercent: { heldOut: none } }));
  if (!model.ok) throw new Error(model.diagnostics.map(({ message }) => message).join('\n'));
  const whole = rows.filter((row) => row.whole);
  const errors = (set) =>
    modelErrors(
      byDefault(
        whole.filter((row) => row.set === set),
        model.value,
      ),
    );
  const errorPercent = { fit: errors('fit'), validation: errors('validation'), heldOut: errors('heldOut') };
  await write(`${name}.json`, { ...written, errorPercent });
  const lines = rows.map(({ row, figures }) => JSON.stringify({ ...row, ...figures }));
  writeFileSync(
    `${root}tech/model/${name}-samples.json`,
    `{\n  "schema": 1,\n  "technology": "${name}",\n  "samples": [\n    ${lines.join(',\n    ')}\n  ]\n}\n`,
  );
  console.log(name, JSON.stringify(errorPercent));
}

/** The form of every design that the model takes by its figures, against the one that synthesis takes by its own. */
function byDefault(rows, model) {
  const least = (forms) =>
    forms.reduce((best, one) => (one.areaUm2 * one.delayPs < best.areaUm2 * best.delayPs ? one : best));
  return [...new Set(rows.map(({ name }) => name))].map((name) => {
    const forms = rows.filter((row) => row.name === name);
    return {
      modelled: least(forms.map(({ features }) => estimated(model, features))),
      synthesised: least(forms.map(({ figures }) => figures)),
    };
  });
}

/** Small modules say little about circuits, operators most. */
function weightOf({ of, figures }) {
  return (of === 'primitive' ? 1 : 2) * Math.min(2, Math.sqrt(figures.cells / 200));
}

async function write(file, json) {
  writeFileSync(
    `${root}tech/model/${file}`,
    await format(JSON.stringify(json), { parser: 'json', printWidth: 110 }),
  );
}
