import { unreachable } from '../base/index.js';
import type { Base } from './base.js';
import type { Tried } from './exhaustive.js';
import type { Form, Link } from './prove.js';

const names: Readonly<Record<Form, string>> = {
  simplified: 'the simplified design',
  optimised: 'the optimised design',
  verilog: 'the Verilog, as Yosys reads it,',
};

/** A sentence or two on what was shown of one form, and up to where. */
export function describeLink({ form, latency, outcome }: Link): string {
  const what = names[form];
  const late = latency === 0 ? '' : ` ${cycles(latency)} later`;
  switch (outcome.kind) {
    case 'proved':
      return `${what} equals the design as written${late}, for all inputs${behind(outcome.base)}`;
    case 'refuted':
      return `${what} differs from the design as written, found by ${outcome.by} and confirmed by simulation`;
    case 'bounded':
      return (
        `${what} equals the design as written${late} for all inputs in the first ${cycles(outcome.cycles)} behind the ` +
        `reset, from the power-up state of the simulators; not proved beyond that: ${outcome.why}`
      );
    case 'unknown':
      return `${what} could neither be proved equal nor found to differ: ${outcome.why}`;
    default:
      return unreachable(outcome);
  }
}

function behind(base: Base): string {
  if (base.cycles === 0) return '';
  const start = `, in every cycle from the ${ordinal(base.cycles + 1)} on (the reset is held for ${base.held})`;
  switch (base.powerUp) {
    case 'anything':
      return `${start}, whatever registers hold at power-up`;
    case 'same':
      return `${start}, whatever registers hold at power-up, if those that correspond hold the same`;
    case 'simulated':
      return `${start}, if registers hold at power-up what the simulators start from`;
    default:
      return unreachable(base.powerUp);
  }
}

/** A sentence on what was tried of an operator against its reference. */
export function describeTried({ name, inputBits, tried, inputs, first }: Tried): string {
  if (first) return `${name} differs from its reference`;
  if (inputBits === undefined)
    return `${name} has state: compared with its reference by \`bitloom verify\` only`;
  if (tried === 0)
    return `${name} has 2^${inputBits} inputs, too many to try: compared with its reference by \`bitloom verify\` only`;
  if (tried < inputs!)
    return `${name} equals its reference for the first ${tried} of ${inputs} inputs; time ran out`;
  return `${name} equals its reference for all ${inputs} inputs`;
}

function cycles(count: number): string {
  return count === 1 ? '1 cycle' : `${count} cycles`;
}

function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
