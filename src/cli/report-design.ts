import { basename } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import { openStore } from '../cache/index.js';
import type { Built, DesignCost } from '../flow/index.js';
import type { DesignFacts, ReportPart, Verification } from '../report/index.js';
import { wishedClock } from './cost.js';
import { readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { readText } from './files.js';
import { cacheFolder } from './options.js';
import { say } from './terminal.js';

export interface DesignOptions {
  readonly p: Readonly<Record<string, Argument>>;
  readonly tech: readonly string[];
  /** The period that paths are held against, ps; else that which the design is made for. */
  readonly clock?: number;
  readonly vectors: number;
  readonly seed: number;
}

export interface DesignResults {
  readonly design: DesignFacts;
  readonly verification: Verification;
  readonly costs: readonly DesignCost[];
}

export type DesignPart = ReportPart & { readonly results: DesignResults };

/** A design, verified and synthesised, as a part of a report; `scope` tells its files from those of other designs. */
export async function designPart(
  file: string,
  options: DesignOptions,
  scope: string,
): Promise<Result<DesignPart>> {
  const built = await readBuilt(file, options.p);
  const text = await readText(file);
  if (!built.ok || !text.ok) return failure(...built.diagnostics);
  const verification = await verified(built.value, options);
  if (!verification.ok) return verification;
  const costs = await costed(built.value, options);
  if (!costs.ok) return costs;
  const flow = await import('../flow/index.js');
  const report = await import('../report/index.js');
  const design = flow.understand(built.value);
  const { optimised, emitted } = built.value;
  const source = `the interpreter on the design as it is made; random inputs, seed ${options.seed}`;
  const waves = { waves: flow.portWaves(built.value, cyclesShown + emitted.latency, options.seed), source };
  const sources = [{ path: file, file: basename(file), text: text.value }];
  const files = { sources, verilog: emitted.verilog, scope };
  const verdict = report.verdictOf(verification.value);
  return success({
    title: design.name,
    verdict,
    sections: [
      report.summarySection(design, verdict, costs.value),
      report.designSection(design, waves),
      await report.structureSection(optimised, files),
      report.verificationSection(verification.value),
      report.costSection(costs.value),
      report.filesSection(files),
    ],
    results: { design, verification: verification.value, costs: costs.value },
  });
}

const cyclesShown = 8;

async function verified(built: Built, { vectors, seed }: DesignOptions): Promise<Result<Verification>> {
  const flow = await import('../flow/index.js');
  const verilator = await flow.verilatorIfInstalled();
  say(`verifying ${built.name} with ${vectors} vectors`);
  const options = { vectors, seed, cache: cacheFolder(), verilator: verilator !== undefined };
  const verdicts = await flow.verifyAll(flow.subjectsOf(built), options);
  const lint = verilator === undefined ? success([]) : await flow.lintDesign(built);
  if (!verdicts.ok || !lint.ok) return failure(...verdicts.diagnostics, ...lint.diagnostics);
  return success({ verdicts: verdicts.value, lint: lint.value, verilator, seed });
}

async function costed(built: Built, { tech, clock }: DesignOptions): Promise<Result<DesignCost[]>> {
  const flow = await import('../flow/index.js');
  const costs: DesignCost[] = [];
  for (const name of tech) {
    const technology = await readTechnology(name);
    if (!technology.ok) return technology;
    say(`synthesising ${built.name} for ${name}`);
    const clockPs = clock ?? wishedClock(built, name);
    const options = { arithmetic: 'auto', cache: openStore('synth'), clockPs } as const;
    const cost = await flow.costDesign(built, technology.value, options);
    if (!cost.ok) return cost;
    costs.push(cost.value);
  }
  return success(costs);
}
