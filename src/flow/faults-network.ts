import { failure, fault, success, type Result } from '../base/index.js';
import { dotPorts, plainPlan, type DotEngine } from '../nn/index.js';
import { faultsThatMatter, type GatePorts, type MatterReport } from '../robust/index.js';
import type { Netlist } from '../synth/index.js';
import type { Built } from './design.js';
import { inferDefaults, prepareInference, type ModelFile } from './infer.js';

/** A network whose inner products a netlist with faults takes. */
export interface NetworkWish {
  readonly model: ModelFile;
  readonly data: string;
  /** The first so many of the test images. */
  readonly images: number;
  /** Stuck lines that are drawn. */
  readonly faults: number;
}

/** What stuck lines of a netlist do to a network that runs on it. */
export interface NetworkFaults extends MatterReport {
  readonly model: string;
  readonly data: string;
}

/**
 * Quantises a network as wide as a datapath's ports and runs it on the datapath's cells, with stuck lines. Faults of the
 * user's: those of `infer`, and a datapath that is not of integers alone.
 */
export async function networkFaults(
  built: Built,
  netlist: Netlist,
  { model, data, images, faults }: NetworkWish,
  seed: number,
): Promise<Result<NetworkFaults>> {
  const options = { ...inferDefaults, data, images, seed, plan: plainPlan };
  const ready = await prepareInference(model, built, options);
  if (!ready.ok) return ready;
  const { engine, quantised, workload } = ready.value;
  const ports = gatePorts(built, engine);
  if (!ports) return failure(notInIntegers(built.name));
  const { latency } = built.emitted;
  const found = faultsThatMatter(netlist, {
    quantised,
    workload,
    like: engine,
    latency,
    ports,
    faults,
    seed,
  });
  if (!found.ok) return found;
  return success({ model: model.name, data, ...found.value }, ready.value.warnings);
}

/** The ports of a datapath's netlist by their parts; undefined where operands have scales or sums are no integers. */
export function gatePorts(built: Built, { sumBits, activations }: DotEngine): GatePorts | undefined {
  const parts = dotPorts(built.simplified);
  if (!parts.ok || sumBits === undefined || activations.scale || activations.element.kind !== 'fixed')
    return undefined;
  const { ports } = built.emitted;
  const named = (port: { readonly name: string }): string =>
    ports.find(({ name }) => name === port.name)!.verilog;
  const { activations: a, weights: w, first, valid, sum } = parts.value;
  return {
    activations: { name: named(a), bits: a.width / a.lanes },
    weights: { name: named(w), bits: w.width / w.lanes },
    first: named(first),
    valid: valid && named(valid),
    sum: { name: named(sum), bits: sumBits },
    reset: built.emitted.reset ? built.emitted.resetPort : undefined,
  };
}

function notInIntegers(name: string) {
  return fault('faults-network', `\`${name}\` does not add products of integers alone`, {
    hint: 'a network runs in gates on datapaths of integers without scales, as examples/dot-int8.dp',
  });
}
