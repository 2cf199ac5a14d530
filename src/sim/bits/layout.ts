import { portLayout, type PortLayout } from '../wasm/layout.js';
import type { BitPlaces } from './emit.js';
import type { BitNetwork, BitPort } from './network.js';
import type { CountPlaces } from './toggles.js';

/** A port with its words' layout, and where its planes lie: as many as its rows have bits. */
export interface PlacedPort {
  readonly port: BitPort;
  readonly layout: PortLayout;
  readonly planes: number;
}

/** Where everything lies whose size does not depend on cycles and streams. */
export interface BitLayout extends BitPlaces, CountPlaces {
  readonly inputs: readonly PlacedPort[];
  readonly outputs: readonly PlacedPort[];
  readonly states: number;
  /** The first address behind all that. */
  readonly end: number;
}

/** The table at address 0: of each port, inputs first, its address in this cycle and the bytes from row to row. */
export function layOut(network: BitNetwork, forced: readonly number[]): BitLayout {
  const { inputs, outputs } = network;
  let end = Math.ceil((8 * (inputs.length + outputs.length)) / 16) * 16;
  const take = (planes: number): number => {
    const at = end;
    end += 16 * planes;
    return at;
  };
  const place = (port: BitPort): PlacedPort => {
    const layout = wordLayout(port);
    return { port, layout, planes: take(layout.rows * layout.elementBytes * 8) };
  };
  const mask = take(1);
  const nets = end;
  const placedInputs = inputs.map(place);
  const ofNet = new Map<number, number>();
  for (const { port, planes } of placedInputs)
    port.bits.forEach((net, k) => typeof net === 'number' && ofNet.set(net, planes + 16 * k));
  for (let net = 0; net < network.nets; net++) if (!ofNet.has(net)) ofNet.set(net, take(1));
  const bytes = end - nets;
  const placedOutputs = outputs.map(place);
  const states = take(network.states.length);
  const [before, counts, totals] = [take(bytes / 16), take(bytes / 16), take(bytes / 16)];
  const force = new Map(forced.map((net) => [net, take(2)] as const));
  return {
    inputs: placedInputs,
    outputs: placedOutputs,
    net: (net) => ofNet.get(net)!,
    state: (state) => states + 16 * state,
    states,
    force,
    nets,
    before,
    counts,
    totals,
    mask,
    bytes,
    end,
  };
}

function wordLayout({ name, bits }: BitPort): PortLayout {
  const width = bits.length;
  return portLayout({ name, width, lanes: 1, signed: false, format: `uint(${width})` }, false);
}
