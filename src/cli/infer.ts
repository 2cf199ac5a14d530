import { existsSync } from 'node:fs';
import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { Datapaths } from '../flow/index.js';
import type { LayerStudy, QuantPlan, RunReport } from '../nn/index.js';
import type { Run } from './command.js';
import { readModel, readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { readJson } from './files.js';
import { printRun, printSearch, printStudies } from './infer-text.js';
import { readMemoryModel } from './memory.js';
import { cacheFolder } from './options.js';
import { fail, printJson, say, tell } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly model: string;
  readonly data: string;
  readonly images: number;
  readonly datapath?: readonly string[];
  /** bits of fixed point, instead of a datapath */
  readonly fixed?: number;
  readonly fraction?: number;
  readonly quant?: string;
  readonly normalisation: string;
  readonly size?: Readonly<Record<string, number>>;
  /** images, or `all` */
  readonly rtl: number | 'all';
  readonly seed: number;
  readonly study: number;
  readonly tech?: string;
  readonly json?: boolean;
}

/** `bitloom infer`: a network's test images through datapaths, bit for bit. */
export const run: Run<Options> = async (_, options) => {
  const { fixed, fraction } = options;
  if (fixed !== undefined) return (await import('./infer-fixed.js')).runFixed({ ...options, fixed });
  if (fraction !== undefined)
    return fail([
      fault('infer-fixed', 'bits behind the point are those of fixed-point numbers', {
        hint: 'give --fixed BITS with --fraction',
      }),
    ]);
  const datapaths = await readDatapaths(options.datapath ?? [], options.p);
  const model = await readModel(options.model, options.normalisation, options.size);
  const plan = await readQuant(options.quant);
  const technology = options.tech === undefined ? success(undefined) : await readTechnology(options.tech);
  if (!datapaths.ok || !model.ok || !plan.ok || !technology.ok)
    return fail([datapaths, model, plan, technology].flatMap(({ diagnostics }) => diagnostics));
  const flow = await import('../flow/index.js');
  const { data, images, seed } = options;
  const { budget } = plan.value;
  const memory = budget && 'memory' in budget ? await readMemoryModel(budget.memory) : success(undefined);
  if (!memory.ok) return fail(memory.diagnostics);
  const ready = await flow.prepareInference(model.value, datapaths.value, {
    ...flow.inferDefaults,
    ...{ data, images, seed, plan: plan.value, ...(memory.value && { memory: memory.value }) },
  });
  if (!ready.ok) return fail(ready.diagnostics);
  tell(ready.value.warnings);
  const name = ready.value.engine.name;
  say(`running ${ready.value.workload.images.count} images through ${name}`);
  const report = flow.runInference(ready.value);
  if (!report.ok) return fail(report.diagnostics);
  const study = flow.studyInference(ready.value, options.study, seed);
  if (!study.ok) return fail(study.diagnostics);
  const hardware = technology.value
    ? await flow.withEnergy(ready.value, report.value, technology.value, seed)
    : success(flow.hardwareUse(ready.value, report.value));
  if (!hardware.ok) return fail(hardware.diagnostics);
  const wanted = options.rtl === 'all' ? report.value.images : options.rtl;
  const check =
    wanted > 0 ? await flow.replayProducts(ready.value, { images: wanted }, cacheFolder()) : undefined;
  if (check && !check.ok) return fail(check.diagnostics);
  const rtl = check?.value ?? { images: 0, products: 0, beats: 0, mismatches: 0 };
  if (options.json)
    printJson({
      ...{ schema: 1, model: options.model, data, datapath: name, seed },
      ...report.value,
      layers: withStudies(report.value, study.value),
      ...(ready.value.search && { search: ready.value.search }),
      hardware: hardware.value,
      nibbleCycles: flow.nibbleCycles(report.value, study.value),
      rtlChecked: rtl.products,
      rtl,
    });
  else {
    printRun(report.value, study.value, hardware.value, rtl);
    printStudies(study.value, flow.nibbleCycles(report.value, study.value));
    if (ready.value.search) printSearch(ready.value.search);
  }
  return rtl.mismatches === 0 ? exit.done : exit.checkFailed;
};

/** `FILE` for all layers, and `LAYER=FILE` for single ones; parameters are those of the first. */
async function readDatapaths(
  given: readonly string[],
  p: Readonly<Record<string, Argument>>,
): Promise<Result<Datapaths>> {
  const found: Diagnostic[] = [];
  const own = given.map((text) => {
    const at = existsSync(text) ? -1 : text.indexOf('=');
    return { layer: at < 0 ? undefined : text.slice(0, at), file: text.slice(at + 1) };
  });
  const whole = own.filter(({ layer }) => layer === undefined);
  if (whole.length !== 1) {
    const hint =
      'give one --datapath FILE for all layers, and --datapath LAYER=FILE for others; or --fixed BITS';
    const message = `${whole.length} designs are given for all layers`;
    found.push({ severity: 'error', code: 'infer-datapaths', message, hint });
  }
  const layers = new Map<string, Datapaths['main']>();
  const built = new Map<string, Datapaths['main']>();
  let main: Datapaths['main'] | undefined;
  for (const { layer, file } of own) {
    const made = built.has(file)
      ? success(built.get(file)!)
      : await readBuilt(file, layer === undefined ? p : {});
    if (!made.ok) {
      found.push(...made.diagnostics);
      continue;
    }
    built.set(file, made.value);
    if (layer === undefined) main = made.value;
    else layers.set(layer, made.value);
  }
  return main && found.length === 0 ? success({ main, layers }) : failure(...found);
}

/** A plan by its short name, or from a JSON file. */
async function readQuant(given: string | undefined): Promise<Result<QuantPlan>> {
  const nn = await import('../nn/index.js');
  if (given === undefined) return success(nn.plainPlan);
  if (!given.endsWith('.json')) return nn.planByName(given);
  const json = await readJson(given);
  return json.ok ? nn.readPlan(json.value, given) : json;
}

/** The layers with what was studied of those on datapaths. */
function withStudies({ layers }: RunReport, studies: readonly LayerStudy[]): object[] {
  return layers.map((layer) => {
    const { name: _, ...study } = studies.find(({ name }) => layer.onDatapath && name === layer.name) ?? {};
    return { ...layer, ...study };
  });
}
