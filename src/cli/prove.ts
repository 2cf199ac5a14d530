import type { Argument } from '../builder/index.js';
import type { Built } from '../flow/index.js';
import type { Link, Tried } from '../prove/index.js';
import type { Run } from './command.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { fail, print, printJson, progress } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly arith: 'behavioural' | 'bitheap';
  readonly seed: number;
  readonly timeLimit: number;
  readonly cycles: number;
  readonly exhaustive: number;
  readonly everyForm?: boolean;
  readonly yosys?: string;
  readonly json?: boolean;
}

/** `bitloom prove FILE`: the Verilog against the design as written, and operators against their references. */
export const run: Run<Options> = async (file, options) => {
  const { prove, describeLink, describeTried } = await import('../prove/index.js');
  const start = performance.now();
  const built = await readBuilt(file!, options.p, undefined, { kind: options.arith });
  if (!built.ok) return fail(built.diagnostics);
  const { seed, timeLimit, cycles, everyForm = false } = options;
  const proof = await prove(built.value, { seed, timeLimit, cycles, everyForm, executable: options.yosys });
  if (!proof.ok) return fail(proof.diagnostics);
  const tried = await tryOperators(built.value, options);
  const { proved, bounded, links, yosys } = proof.value;
  const details = [
    ...links.map((link) => ({ kind: 'form', says: describeLink(link), ...link })),
    ...tried.map((one) => ({ kind: 'reference', says: describeTried(one), ...one })),
  ];
  // The Verilog is the last of the forms.
  const answer = links.at(-1)!.outcome.kind;
  const seconds = Math.round(performance.now() - start) / 1000;
  if (options.json) printJson({ schema: 1, answer, proved, bounded, seconds, seed, yosys, details });
  else {
    for (const link of links) printLink(describeLink(link), link);
    for (const one of tried) {
      print(describeTried(one));
      if (one.first) print(JSON.stringify(one.first, undefined, 2));
    }
    const read = yosys === null ? '' : `; Verilog read by Yosys ${yosys}`;
    print(`${proved ? 'proved' : 'not proved'} in ${seconds} s${read}`);
  }
  const isWrong = links.some(({ outcome }) => outcome.kind === 'refuted') || tried.some(({ first }) => first);
  return isWrong ? exit.checkFailed : exit.done;
};

async function tryOperators(built: Built, { exhaustive, timeLimit }: Options): Promise<Tried[]> {
  const { tryAll } = await import('../prove/index.js');
  const { subjectsOf } = await import('../flow/index.js');
  const subjects = subjectsOf(built).filter(({ reference }) => reference);
  const bar = progress('trying inputs');
  const tried = subjects.map(({ name, simplified, reference }, index) => {
    bar.update(index, subjects.length);
    const deadline = performance.now() + timeLimit * 1000;
    return tryAll({ name, design: simplified, reference: reference! }, exhaustive, deadline);
  });
  bar.end();
  return tried;
}

function printLink(says: string, { outcome }: Link): void {
  print(`${says[0]!.toUpperCase()}${says.slice(1)}.`);
  if (outcome.kind !== 'refuted') return;
  const { inputs, port, cycle, expected, found } = outcome.counterexample;
  inputs.forEach((row, at) => {
    const words = Object.entries(row).map(([name, word]) => `${name}=${word}`);
    print(`  cycle ${at}: ${words.join(' ')}`);
  });
  print(`  ${port}, for the inputs of cycle ${cycle}: ${found} where ${expected} is due`);
}
