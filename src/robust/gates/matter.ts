import { random, success, type Result } from '../../base/index.js';
import {
  batches,
  forward,
  largestOfRows,
  wilson,
  type DotEngine,
  type QuantisedNetwork,
  type Workload,
} from '../../nn/index.js';
import { bitNetwork, type Netlist } from '../../synth/index.js';
import { estimateMean } from '../statistics.js';
import { gateEngine, type GatePorts } from './engine.js';
import { groupedBy } from './report.js';
import { withBranches } from './sites.js';

/** A network that runs on the circuit. */
export interface NetworkUse {
  readonly quantised: QuantisedNetwork;
  readonly workload: Workload;
  /** The datapath that the netlist was made of, and the cycles that the netlist's output lags behind it. */
  readonly like: DotEngine;
  readonly latency: number;
  readonly ports: GatePorts;
  /** How many stuck lines are drawn, all alike; each is there for all products of all images. */
  readonly faults: number;
  readonly seed: number;
}

/** What stuck lines do to a network: plain JSON. */
export interface MatterReport extends MatterCounts {
  readonly images: number;
  /** Without faults. */
  readonly accuracy: number;
  /** With a fault: the mean over faults, and Student's interval of it. */
  readonly meanAccuracy: number;
  readonly ci95: readonly [low: number, high: number] | null;
  /** How many of the faults cost more accuracy than so much. */
  readonly losses: readonly { readonly over: number; readonly faults: number }[];
  readonly modules: readonly (MatterCounts & { readonly name: string })[];
  /** The faults that cost most, as `line/value`. */
  readonly worst: readonly { readonly fault: string; readonly accuracy: number }[];
}

export interface MatterCounts {
  readonly faults: number;
  /** Faults with which some score of some image is another one, and those with which some image's class is. */
  readonly scoresChange: number;
  readonly classesChange: number;
  /** Wilson's interval of the share of the latter. */
  readonly classesCi95: readonly [low: number, high: number];
}

/** What came of one fault. */
interface Effect {
  readonly fault: string;
  readonly module: string;
  readonly scores: boolean;
  readonly classes: boolean;
  readonly accuracy: number;
}

const lossSteps = [0, 0.01, 0.1, 0.5] as const;
const mostWorst = 10;

/**
 * Runs a network's inner products in a netlist, gate by gate, once without faults and once with each of some stuck lines
 * that are drawn from all; what the layers do beside is right. Combinational loops are a fault of the user's.
 */
export function faultsThatMatter(netlist: Netlist, use: NetworkUse): Result<MatterReport> {
  const { sites, netlist: branched } = withBranches(netlist);
  const network = bitNetwork(branched);
  if (!network.ok) return network;
  const source = random(use.seed);
  const drawn = Array.from({ length: use.faults }, () => {
    const site = sites[source.below(sites.length)]!;
    return { ...site, value: source.below(2) as 0 | 1 };
  });
  const nets = [...new Set(drawn.map(({ net }) => net))];
  const { engine, stick } = gateEngine(network.value, use.ports, use.like, use.latency, nets);
  const right = outcome(use, engine);
  if (!right.ok) return right;
  const effects: Effect[] = [];
  for (const { net, value, name, module } of drawn) {
    stick({ net, value });
    const found = outcome(use, engine);
    if (!found.ok) return found;
    const { scores, classes, accuracy } = found.value;
    effects.push({
      ...{ fault: `${name}/${value}`, module, accuracy },
      scores: differ(scores, right.value.scores),
      classes: differ(classes, right.value.classes),
    });
  }
  return success(reportOf(use, right.value.accuracy, effects));
}

interface Outcome {
  readonly scores: readonly number[];
  readonly classes: readonly number[];
  readonly accuracy: number;
}

function outcome({ quantised, workload }: NetworkUse, engine: DotEngine): Result<Outcome> {
  const scores: number[] = [];
  const classes: number[] = [];
  for (const { tensor } of batches(workload)) {
    const ran = forward(quantised, tensor, engine);
    if (!ran.ok) return ran;
    scores.push(...ran.value.data);
    classes.push(...largestOfRows(ran.value.data, tensor.dims[0]!));
  }
  const { labels } = workload.images;
  const hits = classes.filter((best, i) => best === labels[i]).length;
  return success({ scores, classes, accuracy: hits / classes.length });
}

function differ(a: readonly number[], b: readonly number[]): boolean {
  return a.some((x, i) => !Object.is(x, b[i]));
}

function reportOf({ workload }: NetworkUse, accuracy: number, effects: readonly Effect[]): MatterReport {
  const { mean, ci95 } = estimateMean(effects.map((one) => one.accuracy));
  const worst = [...effects].sort((a, b) => a.accuracy - b.accuracy).filter(({ classes }) => classes);
  return {
    images: workload.images.count,
    accuracy,
    ...countsOf(effects),
    meanAccuracy: mean,
    ci95: effects.length > 1 ? ci95 : null,
    losses: lossSteps.map((over) => ({
      over,
      faults: effects.filter((one) => accuracy - one.accuracy > over).length,
    })),
    modules: groupedBy(effects, ({ module }) => module, countsOf),
    worst: worst.slice(0, mostWorst).map((one) => ({ fault: one.fault, accuracy: one.accuracy })),
  };
}

function countsOf(effects: readonly Effect[]): MatterCounts {
  const classesChange = effects.filter(({ classes }) => classes).length;
  return {
    faults: effects.length,
    scoresChange: effects.filter(({ scores }) => scores).length,
    classesChange,
    classesCi95: wilson(classesChange, effects.length),
  };
}
