import { evaluate, parseExpression, type Expression } from '../boolean.js';
import { attribute, type Group } from '../liberty/syntax.js';
import type { FlipFlop } from '../technology.js';
import {
  energiesOf,
  outputEnergies,
  perTransition,
  statesAround,
  valuesOf,
  type EnergyReading,
  type PinValues,
} from './energy.js';

/** Energy in fJ of a transition of each pin, by name. */
export type PinEnergies = ReadonlyMap<string, number>;

/** The energies of all pins of a cell; `functions` are those of the outputs, in their order among `pins`. */
export function pinEnergies(
  pins: readonly Group[],
  functions: readonly string[],
  flipFlop: FlipFlop | undefined,
  reading: EnergyReading,
): PinEnergies {
  const outputs = pins.filter((pin) => attribute(pin, 'direction') === 'output');
  const inputs = pins.filter((pin) => attribute(pin, 'direction') === 'input');
  return flipFlop
    ? flipFlopEnergies(inputs, outputs, functions, flipFlop, reading)
    : gateEnergies(inputs, outputs, functions, reading);
}

function gateEnergies(
  inputs: readonly Group[],
  outputs: readonly Group[],
  functions: readonly string[],
  reading: EnergyReading,
): PinEnergies {
  const names = inputs.map(nameOf);
  const byOutput = Object.fromEntries(outputs.map((pin, k) => [nameOf(pin), functions[k]!]));
  const around = new Map(names.map((name) => [name, statesAround(name, names, byOutput)]));
  const causing = (output: string) =>
    names.map((pin) => ({ pin, weight: around.get(pin)!.filter((state) => !state.has(output)).length }));
  return new Map([
    ...inputs.map(
      (pin) => [nameOf(pin), perTransition(energiesOf(pin, reading, around.get(nameOf(pin))!))] as const,
    ),
    ...outputs.map(
      (pin) => [nameOf(pin), perTransition(outputEnergies(pin, reading, causing(nameOf(pin))))] as const,
    ),
  ]);
}

/**
 * A clock edge that changes nothing costs what the clock pin states for it; one that changes the state costs the
 * difference more, which is counted with the outputs, as they change then and only then. Data is taken to change while
 * the clock is low, and clear and preset to be off.
 */
function flipFlopEnergies(
  inputs: readonly Group[],
  outputs: readonly Group[],
  functions: readonly string[],
  flipFlop: FlipFlop,
  reading: EnergyReading,
): PinEnergies {
  const { clock, data, nextState, state } = flipFlop;
  const states = flipFlopStates(inputs, outputs, functions, flipFlop);
  const next = parseExpression(nextState)!;
  const keeps = (values: PinValues): boolean => evaluate(next, values) === values.get(state);
  const quiet = states.filter((values) => keeps(values) && !isForced(flipFlop, values));
  const busy = states.filter((values) => !keeps(values) && !isForced(flipFlop, values));
  const clockPin = inputs.find((pin) => nameOf(pin) === clock);
  const [idle, changing] = [quiet, busy].map((some) =>
    clockPin ? energiesOf(clockPin, reading, some) : { rise: 0, fall: 0 },
  );
  const extra = (changing!.rise - idle!.rise) / outputs.length;
  const dataStates = [...quiet, ...busy].filter((values) => values.get(clock) === false);
  return new Map([
    ...inputs.map((pin): [string, number] => {
      const name = nameOf(pin);
      if (name === clock) return [name, perTransition(idle!)];
      return [name, perTransition(energiesOf(pin, reading, name === data ? dataStates : states))];
    }),
    ...outputs.map((pin): [string, number] => [
      nameOf(pin),
      extra + ownEnergy(pin, clock, outputs.length, reading),
    ]),
  ]);
}

/** All values of the inputs and of the state, with the outputs and both names of the state. */
function flipFlopStates(
  inputs: readonly Group[],
  outputs: readonly Group[],
  functions: readonly string[],
  { state, invertedState }: FlipFlop,
): PinValues[] {
  return valuesOf([...inputs.map(nameOf), state]).map((values) => {
    values.set(invertedState, !values.get(state));
    outputs.forEach((pin, k) => values.set(nameOf(pin), evaluate(parseExpression(functions[k]!)!, values)));
    return values;
  });
}

function isForced({ clear, preset }: FlipFlop, values: PinValues): boolean {
  const active = (text: string | undefined): boolean => {
    const parsed: Expression | undefined = text === undefined ? undefined : parseExpression(text);
    return parsed !== undefined && evaluate(parsed, values);
  };
  return active(clear) || active(preset);
}

/**
 * The energy of an output's transition after a clock edge. Tables of a flip-flop with several outputs may hold the energy
 * of them all, loads included, as is seen from their rising with the load by ½·V² (SG13G2's do): such a table gives
 * each output its part, without the load.
 */
function ownEnergy(pin: Group, clock: string, outputs: number, reading: EnergyReading): number {
  const { loadFf } = reading.energyAt;
  const at = (load: number): number =>
    perTransition(
      outputEnergies(pin, { ...reading, energyAt: { ...reading.energyAt, loadFf: load } }, [
        { pin: clock, weight: 1 },
      ]),
    );
  const perFf = 0.5 * reading.units.voltage ** 2;
  const rise = loadFf > 0 ? (at(2 * loadFf) - at(loadFf)) / loadFf : 0;
  const holdsAll = outputs > 1 && rise > 0.8 * perFf;
  return holdsAll ? (at(loadFf) - rise * loadFf) / outputs : at(loadFf);
}

function nameOf(pin: Group): string {
  return pin.args[0] ?? '';
}
