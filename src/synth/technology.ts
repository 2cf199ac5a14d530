/**
 * A technology: all that mapping, timing and energy need to know of a standard-cell library at one corner. It is data,
 * written to tech/<name>.json; `importLiberty` makes it of Liberty files.
 *
 * Units stand in the names. Areas µm², delays and slews ps, capacitances fF, energies fJ, leakage nW.
 */
export interface Technology {
  readonly schema: 1;
  readonly name: string;
  /** The process in a few words, as in "7 nm predictive FinFET". */
  readonly node: string;
  readonly corner: Corner;
  readonly source: Source;
  readonly conditions: Conditions;
  readonly wire: WireModel;
  readonly roles: Roles;
  /** How figures depend on the supply voltage; without it they are of the corner alone. */
  readonly supply?: SupplyModel;
  /** Names, with `*` for any characters, of cells that were left out though they could be mapped to. */
  readonly dontUse: readonly string[];
  /** The slews, in ps, that the rows of every table stand for. */
  readonly slewsPs: readonly number[];
  readonly cells: readonly Cell[];
}

export interface Corner {
  readonly name: string;
  readonly voltage: number;
  readonly temperature: number;
  /** Between which percentages of the voltage a slew is measured; delays are always from 50 % to 50 %. */
  readonly slewPercent: readonly [number, number];
}

export interface Source {
  readonly library: string;
  readonly licence: string;
  readonly url: string;
  /** The names of the libraries, as the files say themselves. */
  readonly files: readonly string[];
}

/** What the world outside the netlist is taken to be. */
export interface Conditions {
  /** The slew of every input port. */
  readonly inputSlewPs: number;
  /** The slew of the clock at every flip-flop; the clock is ideal otherwise. */
  readonly clockSlewPs: number;
  /** The load on every output port. */
  readonly outputLoadFf: number;
}

/** Capacitance of a net's wire: `fixedFf + perSinkFf · sinks`. Wires have no resistance. */
export interface WireModel {
  readonly fixedFf: number;
  readonly perSinkFf: number;
  /** Where the figures come from. */
  readonly source: string;
}

/** Delays as V / (V − thresholdV)^alpha, leakage as V · e^(leakagePerV · V), both within a range of voltages. */
export interface SupplyModel {
  readonly thresholdV: number;
  readonly alpha: number;
  readonly leakagePerV: number;
  readonly leastV: number;
  readonly mostV: number;
  /** Where the figures come from, and what of them is assumed. */
  readonly source: string;
}

export interface Roles {
  readonly fullAdder?: AdderRole;
  readonly halfAdder?: AdderRole;
  readonly tieHigh?: PinRole;
  readonly tieLow?: PinRole;
  readonly buffer?: string;
  readonly inverter?: string;
  readonly flipFlop?: string;
}

export interface PinRole {
  readonly cell: string;
  readonly pin: string;
}

/** An adder cell; `inverted` says that the pin gives the complement, as ASAP7's do. */
export interface AdderRole {
  readonly cell: string;
  readonly inputs: readonly string[];
  readonly sum: { readonly pin: string; readonly inverted: boolean };
  readonly carry: { readonly pin: string; readonly inverted: boolean };
}

export interface Cell {
  readonly name: string;
  readonly areaUm2: number;
  /** Mean over the states that the library lists. */
  readonly leakageNw: number;
  readonly inputs: readonly InputPin[];
  readonly outputs: readonly OutputPin[];
  readonly flipFlop?: FlipFlop;
}

export interface InputPin {
  readonly name: string;
  readonly capFf: number;
  /**
   * Energy of one transition beside that of the outputs, mean of rise and fall and over the other pins' states. Of a
   * flip-flop's clock: for a clock edge that changes nothing.
   */
  readonly energyFj: number;
}

export interface OutputPin {
  readonly name: string;
  /** Over the input pins, or over the state names of the flip-flop. */
  readonly function: string;
  readonly maxLoadFf: number;
  /** Energy inside the cell of one transition, mean of rise and fall and of the causing pins; the load is not in it. A flip-flop's outputs share what a clock edge costs more that changes the state. */
  readonly energyFj: number;
  /** The loads, in fF, that the columns of this pin's tables stand for. */
  readonly loadsFf: readonly number[];
  readonly arcs: readonly Arc[];
}

/** How a transition of the input shows at the output; `edge` is from a clock's active edge to either. */
export type Sense = 'positive' | 'negative' | 'both' | 'edge';

/** The worst over all conditions of the library. A table is row after row: slew of the input × load. */
export interface Arc {
  readonly from: string;
  readonly sense: Sense;
  readonly riseDelayPs: readonly number[];
  readonly riseSlewPs: readonly number[];
  readonly fallDelayPs: readonly number[];
  readonly fallSlewPs: readonly number[];
}

/** An edge-triggered cell: `nextState` is taken on the rising edge of `clock`; `clear` and `preset` act at once. */
export interface FlipFlop {
  readonly state: string;
  readonly invertedState: string;
  readonly nextState: string;
  readonly clock: string;
  readonly data: string;
  readonly clear?: string;
  readonly preset?: string;
  /** By slew of the data pin, at the clock slew of the conditions. */
  readonly setupRisePs: readonly number[];
  readonly setupFallPs: readonly number[];
}

/** The cells of a technology by name. */
export function cellsByName(technology: Technology): ReadonlyMap<string, Cell> {
  return new Map(technology.cells.map((cell) => [cell.name, cell]));
}
