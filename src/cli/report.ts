import type { Argument } from '../builder/index.js';
import { openStore } from '../cache/index.js';
import type { Run } from './command.js';
import { readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { writeFolder } from './files.js';
import { cacheFolder } from './options.js';
import { fail, print, printJson, say } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly o: string;
  readonly tech: readonly string[];
  readonly vectors: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `bitloom report FILE -o DIR`: a design, its verification and its cost as JSON, Markdown and HTML. */
export const run: Run<Options> = async (file, options) => {
  const built = await readBuilt(file!, options.p);
  if (!built.ok) return fail(built.diagnostics);
  const flow = await import('../flow/index.js');
  const report = await import('../report/index.js');
  const { vectors, seed } = options;
  const verilator = await flow.verilatorIfInstalled();
  say(`verifying ${vectors} vectors`);
  const checked = { vectors, seed, cache: cacheFolder(), verilator: verilator !== undefined };
  const verdicts = await flow.verifyAll(flow.subjectsOf(built.value), checked);
  const lint = verilator === undefined ? undefined : await flow.lintDesign(built.value);
  if (!verdicts.ok || (lint && !lint.ok))
    return fail([...verdicts.diagnostics, ...(lint?.diagnostics ?? [])]);
  const costs = [];
  for (const name of options.tech) {
    const technology = await readTechnology(name);
    if (!technology.ok) return fail(technology.diagnostics);
    say(`synthesising for ${name}`);
    const cost = await flow.costDesign(built.value, technology.value, {
      arithmetic: 'auto',
      cache: openStore('synth'),
    });
    if (!cost.ok) return fail(cost.diagnostics);
    costs.push(cost.value);
  }
  const verification = { verdicts: verdicts.value, lint: lint?.value ?? [], verilator, seed };
  const design = flow.understand(built.value);
  const whole = {
    schema: 1 as const,
    title: design.name,
    verdict: report.verdictLine(verification),
    sections: [
      report.designSection(design),
      report.verificationSection(verification),
      report.costSection(costs, 1, 'cycle'),
    ],
  };
  const results = { ...whole, results: { design, verification, costs } };
  const written = await writeFolder(options.o, [
    { name: 'report.json', text: JSON.stringify(results, undefined, 2) + '\n' },
    { name: 'report.md', text: report.renderMarkdown(whole) },
    { name: 'report.html', text: report.renderHtml(whole) },
  ]);
  if (!written.ok) return fail(written.diagnostics);
  if (options.json) printJson(results);
  else print(`${options.o}/report.md, report.html and report.json: ${whole.verdict}`);
  const holds = verdicts.value.every((verdict) => verdict.mismatches === 0) && verification.lint.length === 0;
  return holds ? exit.done : exit.checkFailed;
};
