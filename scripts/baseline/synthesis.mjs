// What reproductions of costs share: designs given as texts, synthesised with the toolkit’s modules. These are handed in, so
// that tests run the same code on the sources.

/** The modules of the built toolkit. */
export async function builtModules() {
  const folders = [
    'base',
    'cache',
    'cost',
    'flow',
    'format',
    'ir',
    'lang',
    'nn',
    'ops',
    'ops/nibble_inner_product',
    'synth',
  ];
  const load = async (folder) => {
    const file = new URL(`../../dist/${folder}/index.js`, import.meta.url).href;
    return [folder.split('/').at(-1), await import(/* @vite-ignore */ file)];
  };
  return Object.fromEntries(await Promise.all(folders.map(load)));
}

/** The last datapath of a text with its parameters. */
export function elaborated({ lang, flow }, { name, text, parameters = {} }) {
  const loaded = need(lang.loadDesign(text, `${name}.dp`));
  return need(flow.buildDesign(loaded.at(-1), parameters));
}

/** How large a design is: what says, without synthesis, whether it is still the one that was synthesised. */
export function sizeOf({ flow }, built) {
  const { nodes, registerBits, latency } = flow.understand(built);
  return { nodes, registerBits, latency };
}

/**
 * What a design costs. Of a design: `text`, `parameters`, `arithmetic` (behavioural or bitheap, the latter by default) and
 * `wrap(emitted)`, which may put a module of Verilog around it: { top, files }. `inputs` is the activity, random by
 * default, `clockPs` the clock of leakage.
 */
export async function synthesised(modules, design, technology, { inputs, clockPs } = {}) {
  const { cache, cost, flow, synth } = modules;
  const built = elaborated(modules, design);
  const kind = design.arithmetic ?? 'bitheap';
  const cells = synth.adderCells(technology);
  const { emitted } = flow.formsOf(built.written, undefined, { kind, cells });
  const around = design.wrap?.(emitted) ?? { top: emitted.top, files: {} };
  const files = Object.fromEntries(emitted.verilog.map(({ name, text }) => [name, text]));
  const figures = need(
    await cost.costOf({ files: { ...files, ...around.files }, top: around.top }, technology, {
      cache: cache.openStore('synth'),
      effort: { goal: 'balanced', hierarchy: false },
      inputs,
      clockPs,
    }),
  );
  return { design: design.name, size: sizeOf(modules, built), ...rounded(figures) };
}

function rounded({ areaUm2, delayPs, energyFjPerCycle, energy, leakageNw, cells }) {
  return {
    areaUm2: short(areaUm2),
    delayPs: short(delayPs),
    energyFjPerCycle: short(energyFjPerCycle),
    clockFj: short(energy.clockFj),
    clockTreeFj: short(energy.clockTreeFj),
    leakageNw: short(leakageNw),
    cells,
  };
}

/** To five digits: what is checked in does not change with the last bits of sums. */
export function short(value) {
  return Number(value.toPrecision(5));
}

/** A technology of the package. */
export async function technologyOf({ synth }, name) {
  return need(synth.parseTechnology(`${name}.json`, await readPackage(`tech/${name}.json`)));
}

/** The memory model of a technology of the package. */
export async function memoryModelOf({ cost }, name) {
  return need(await cost.parseMemoryModel(`${name}.json`, await readPackage(`tech/memory/${name}.json`)));
}

export async function readPackage(path) {
  const { readFile } = await import('node:fs/promises');
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

export function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}

/** A change in percent, with its sign. */
export function percent(ratio) {
  const value = Math.round(100 * (ratio - 1));
  return `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value)} %`;
}
