import { readFile } from 'node:fs/promises';
import { openStore } from '../cache/index.js';
import type { DesignCost } from '../flow/index.js';
import { packageFolder, readModel, readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { writeFolder } from './files.js';
import { cacheFolder } from './options.js';
import { fail, print, say, table } from './terminal.js';

const seed = 1;
const vectors = 100_000;
const replayed = 400;
const folder = 'reports/demo';

/**
 * Shows the whole way on one design: what was understood, Verilog, verification, cost, a network's accuracy, and a
 * report of it all.
 *
 * @returns the exit code: 1 where anything that was checked does not hold
 */
export async function demo(): Promise<number> {
  const flow = await import('../flow/index.js');
  const report = await import('../report/index.js');
  const cache = cacheFolder();
  const verilator = await flow.verilatorIfInstalled();

  heading(1, 'the design: examples/dot-int8.dp');
  const example = `${packageFolder}examples/dot-int8.dp`;
  const built = await readBuilt(example, {});
  if (!built.ok) return fail(built.diagnostics);
  const facts = flow.understand(built.value);
  print(facts.about);
  print(
    table(facts.ports.map((port) => [`  ${port.direction}`, port.name, port.type, `${port.width} bits`])),
  );
  print(`latency ${facts.latency}, ${facts.registerBits} register bits`);

  heading(2, `Verilog: ${folder}/verilog`);
  const { emitted } = built.value;
  for (const file of emitted.verilog) print(`${file.name}: ${file.text.split('\n').length - 1} lines`);
  const lint = verilator === undefined ? undefined : await flow.lintDesign(built.value);
  if (lint && !lint.ok) return fail(lint.diagnostics);
  const warnings = lint?.value ?? [];
  print(
    lint
      ? `verilator --lint-only -Wall: ${warnings.length} warnings`
      : 'not linted: Verilator is not installed',
  );

  heading(3, `verification: ${vectors} vectors and every corner, seed ${seed}`);
  say('building the Verilator model and running all engines');
  const options = { vectors, seed, cache, verilator: verilator !== undefined };
  const verdicts = await flow.verifyAll(flow.subjectsOf(built.value), options);
  if (!verdicts.ok) return fail(verdicts.diagnostics);
  const verification = { verdicts: verdicts.value, lint: warnings, verilator, seed };
  for (const { subject, mismatches, compared } of verdicts.value)
    print(
      `${subject}: ${mismatches} mismatches; ${Object.entries(compared)
        .map((pair) => pair.join(' '))
        .join(', ')}`,
    );
  const verdict = report.verdictOf(verification);
  print(verdict.text);

  heading(4, 'cost in asap7 and sky130');
  const model = await readModel('mlp', 'unit');
  if (!model.ok) return fail(model.diagnostics);
  const ready = await flow.prepareInference(model.value, built.value, { ...flow.inferDefaults, seed });
  if (!ready.ok) return fail(ready.diagnostics);
  const beats = flow.productBeats(ready.value, built.value, 40, seed);
  if (!beats.ok) return fail(beats.diagnostics);
  const costs: DesignCost[] = [];
  const mapping = { arithmetic: 'auto', cache: openStore('synth') } as const;
  for (const name of ['asap7', 'sky130']) {
    const technology = await readTechnology(name);
    if (!technology.ok) return fail(technology.diagnostics);
    say(`synthesising for ${name}`);
    const real = flow.givenInputs('inner products of the network on MNIST', beats.value);
    const cost = await flow.costsDesign(built.value, technology.value, [undefined, real], mapping);
    if (!cost.ok) return fail(cost.diagnostics);
    costs.push(...cost.value);
  }
  const { lanes } = ready.value.engine;
  const section = report.costSection(costs, { operation: 'multiply-accumulate', perCycle: lanes });
  for (const part of section.blocks)
    if (part.kind === 'table')
      print(table([part.data.columns, ...part.data.rows.map((row) => row.map(report.cellText))]));

  heading(5, 'the network: mlp on 10,000 test images of MNIST');
  const run = flow.runInference(ready.value);
  if (!run.ok) return fail(run.diagnostics);
  const check =
    verilator === undefined
      ? undefined
      : await flow.replayProducts(ready.value, { products: replayed, seed }, cache);
  if (check && !check.ok) return fail(check.diagnostics);
  const network = report.networkSection('mlp', 'MNIST', run.value, check?.value);
  for (const part of network.blocks) if (part.kind === 'text') print(part.text);
  print(`${run.value.seconds.toFixed(1)} s`);

  heading(6, `the report: ${folder}`);
  const text = await readFile(example, 'utf8');
  const sources = [{ path: example, file: 'dot-int8.dp', text }];
  const files = { sources, verilog: emitted.verilog, scope: '' };
  const waves = flow.portWaves(built.value, 8 + emitted.latency, seed);
  const source = `the interpreter on the design as it is made; random inputs, seed ${seed}`;
  const whole = {
    schema: 2 as const,
    title: 'A 16-lane int8 inner product, from description to accuracy',
    verdict,
    sections: [
      report.summarySection(facts, verdict, costs),
      report.designSection(facts, { waves, source }),
      await report.structureSection(built.value.optimised, files),
      report.verificationSection(verification),
      section,
      network,
      report.filesSection(files),
    ],
  };
  const { seconds, ...measured } = run.value;
  const results = { design: facts, verification, costs, network: measured, replay: check?.value };
  const written = await writeFolder(folder, [
    ...report.reportFiles(whole, results),
    ...[...emitted.verilog, ...emitted.others].map((file) => ({
      name: `verilog/${file.name}`,
      text: file.text,
    })),
  ]);
  if (!written.ok) return fail(written.diagnostics);
  print(`${folder}/report.md, report.html and report.json`);
  const wrong =
    verdicts.value.some((verdict) => verdict.mismatches > 0) || (check?.value.mismatches ?? 0) > 0;
  return wrong || warnings.length > 0 ? exit.checkFailed : exit.done;
}

function heading(step: number, title: string): void {
  print(`\n[${step}/6] ${title}`);
}
