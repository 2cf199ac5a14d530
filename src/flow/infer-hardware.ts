import { success, type Result } from '../base/index.js';
import { studyLayers, type LayerStudy, type RunReport } from '../nn/index.js';
import type { Technology } from '../synth/index.js';
import { givenInputs } from './activity.js';
import { costsDesign } from './cost.js';
import type { Built } from './design.js';
import type { Inference } from './infer.js';
import { productBeats } from './infer-replay.js';

/** What an image costs on one of the datapaths. */
export interface HardwareUse {
  readonly datapath: string;
  /** the layers that run on it */
  readonly layers: readonly string[];
  readonly beatsPerImage: number;
  /** cycles from a beat to its sum, which each layer waits for once */
  readonly latency: number;
  readonly cyclesPerImage: number;
  /** products over lanes · beats */
  readonly utilisation: number;
  readonly energy?: {
    readonly technology: string;
    /** clock, switching and internal energy with beats of the network's own data */
    readonly energyFjPerCycle: number;
    readonly energyFjPerImage: number;
  };
}

/** Beats and cycles of an image on each datapath that was used: one unit, a beat in every cycle, layer after layer. */
export function hardwareUse({ designOf }: Inference, report: RunReport): HardwareUse[] {
  return [...layersOf(designOf, report)].map(([{ name, emitted }, layers]) => {
    const beats = layers.reduce((sum, layer) => sum + layer.beats, 0);
    const slots = layers.reduce((sum, { beats: own, tiling }) => sum + own * tiling!.lanes, 0);
    const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
    const latency = emitted.latency + 1;
    const beatsPerImage = beats / report.images;
    return {
      datapath: name,
      layers: layers.map((layer) => layer.name),
      ...{ beatsPerImage, latency, cyclesPerImage: beatsPerImage + latency * layers.length },
      utilisation: macs / slots,
    };
  });
}

/** What the layers on datapaths would take as FP16 on one multi-cycle unit of nibble products with as many lanes. */
export interface NibbleCycles {
  /** bits of an adder-tree input */
  readonly tree: number;
  /** mean of a pass, over all beats of an image */
  readonly cyclesPerPass: number;
  readonly cyclesPerImage: number;
}

/** Passes of an FP16 product: three nibbles by three. */
const halfPasses = 9;

/** Cycles of an image on such a unit, from how far the exponents of each layer's products lie apart. */
export function nibbleCycles(report: RunReport, studies: readonly LayerStudy[]): NibbleCycles[] {
  const layers = report.layers.flatMap(({ name, onDatapath, beats }) => {
    const study = onDatapath ? studies.find((one) => one.name === name) : undefined;
    return study ? [{ beats: beats / report.images, cycles: study.exponents.cycles }] : [];
  });
  const beats = layers.reduce((sum, layer) => sum + layer.beats, 0);
  return (layers[0]?.cycles ?? []).map(({ tree }, i) => {
    const cycles = layers.reduce((sum, layer) => sum + layer.beats * layer.cycles[i]!.mean, 0);
    return { tree, cyclesPerPass: cycles / beats, cyclesPerImage: halfPasses * cycles };
  });
}

function layersOf(
  designOf: Inference['designOf'],
  { layers }: RunReport,
): Map<Built, RunReport['layers'][number][]> {
  const used = new Map<Built, RunReport['layers'][number][]>();
  for (const layer of layers) {
    if (!layer.onDatapath) continue;
    const design = designOf(layer);
    used.set(design, [...(used.get(design) ?? []), layer]);
  }
  return used;
}

/** How many inner products' beats the transitions of a datapath are counted on. */
const countedProducts = 40;

/** The same with the energy of an image in a technology: synthesised, transitions counted on the network's own beats. */
export async function withEnergy(
  inference: Inference,
  report: RunReport,
  technology: Technology,
  seed: number,
): Promise<Result<HardwareUse[]>> {
  const uses = hardwareUse(inference, report);
  const made: HardwareUse[] = [];
  for (const [i, design] of [...layersOf(inference.designOf, report).keys()].entries()) {
    const words = productBeats(inference, design, countedProducts, seed);
    if (!words.ok) return words;
    const real = givenInputs('inner products of the network', words.value);
    const cost = await costsDesign(design, technology, [real]);
    if (!cost.ok) return cost;
    const { energyFjPerCycle } = cost.value[0]!;
    const energyFjPerImage = energyFjPerCycle * uses[i]!.cyclesPerImage;
    made.push({ ...uses[i]!, energy: { technology: technology.name, energyFjPerCycle, energyFjPerImage } });
  }
  return success(made);
}

/** Noise, sums and exponents of each layer on a datapath, over the first images. */
export function studyInference(
  { quantised, workload, engineOf }: Inference,
  images: number,
  seed: number,
): Result<readonly LayerStudy[]> {
  return studyLayers(quantised, workload, engineOf, images, seed);
}
