import type { Verdict } from '../cosim/index.js';
import type { Cost } from '../cost/index.js';
import type { RunReport } from '../nn/index.js';
import type { Section, Table } from './model.js';

/** What was understood of a design. */
export interface DesignFacts {
  readonly name: string;
  readonly about: string;
  readonly ports: readonly {
    readonly name: string;
    readonly direction: string;
    readonly type: string;
    readonly width: number;
  }[];
  readonly latency: number;
  readonly registerBits: number;
  readonly nodes: number;
}

export function designSection(design: DesignFacts): Section {
  return {
    title: 'Design',
    text: [
      design.about,
      `Latency ${design.latency} cycles, a new input every cycle; ${design.registerBits} register bits, ${design.nodes} words.`,
    ],
    tables: [
      {
        columns: ['port', 'direction', 'type', 'bits'],
        rows: design.ports.map((port) => [port.name, port.direction, port.type, String(port.width)]),
      },
    ],
  };
}

export interface Verification {
  readonly verdicts: readonly Verdict[];
  readonly lint: readonly string[];
  /** Verilator's version; undefined where there is none. */
  readonly verilator: string | undefined;
  readonly seed: number;
}

/** One line that says what was verified. */
export function verdictLine({ verdicts, lint, verilator }: Verification): string {
  const mismatches = verdicts.reduce((sum, verdict) => sum + verdict.mismatches, 0);
  if (mismatches > 0) return `FAILED: ${mismatches} mismatches`;
  if (verilator === undefined) return 'not verified under Verilator';
  if (lint.length > 0) return `verified, but Verilator's linter has ${lint.length} warnings`;
  return `verified under Verilator ${verilator}: 0 mismatches`;
}

export function verificationSection(verification: Verification): Section {
  const { verdicts, lint, verilator, seed } = verification;
  const counted = (verdict: Verdict, engine: string): string =>
    String(verdict.compared[engine] ?? 'not compared');
  return {
    title: 'Verification',
    text: [
      `Vectors compared with the compiled simulation, in each engine; random vectors from seed ${seed}, biased to corners, behind every combination of the ports' corners.`,
      verilator === undefined
        ? 'Verilator is not installed: the Verilog was neither linted nor run.'
        : `verilator --lint-only -Wall (${verilator}): ${lint.length === 0 ? 'no warnings' : lint.join('; ')}.`,
    ],
    tables: [
      {
        columns: ['subject', 'mismatches', 'reference', 'interpreter', 'Verilator'],
        rows: verdicts.map((verdict) => [
          verdict.subject,
          String(verdict.mismatches),
          counted(verdict, 'reference'),
          counted(verdict, 'interpreter'),
          counted(verdict, 'verilator'),
        ]),
      },
    ],
  };
}

/** A cost and, where several were tried, how the sums of products behind it are made. */
type MadeCost = Cost & { readonly arithmetic?: { readonly chosen: string } };

/** Costs in several technologies or under several activities, and where every figure is from. */
export function costSection(
  costs: readonly MadeCost[],
  operationsPerCycle: number,
  operation: string,
): Section {
  return {
    title: 'Cost',
    text: [`One ${operation} is 1/${operationsPerCycle} of a cycle's energy, leakage left out.`],
    tables: [costTable(costs, operationsPerCycle, operation), sourceTable(costs)],
  };
}

function costTable(costs: readonly MadeCost[], operationsPerCycle: number, operation: string): Table {
  return {
    columns: [
      'technology',
      'sums of products',
      'activity',
      'area um2',
      'critical path ps',
      'Fmax MHz',
      'fJ per cycle',
      `fJ per ${operation}`,
      'leakage nW',
      'cells',
    ],
    rows: costs.map((cost) => [
      cost.technology,
      cost.arithmetic?.chosen ?? '-',
      `${cost.activity.source}, ${cost.activity.vectors} vectors, ${cost.activity.annotatedPercent.toFixed(0)} % of inputs driven`,
      cost.areaUm2.toFixed(1),
      cost.delayPs.toFixed(0),
      cost.fmaxMhz === null ? '-' : cost.fmaxMhz.toFixed(0),
      cost.energyFjPerCycle.toFixed(0),
      (cost.energyFjPerCycle / operationsPerCycle).toFixed(1),
      cost.leakageNw.toFixed(1),
      String(cost.cells),
    ]),
  };
}

/** What figures rest on, said once for all figures of a technology that rest on it. */
function sourceTable(costs: readonly Cost[]): Table {
  const figures = new Map<string, { technology: string; from: string; figures: Set<string> }>();
  for (const { technology, sources } of costs)
    for (const { figure, origin, from } of sources)
      for (const part of from.split('; ')) {
        const key = `${technology}; ${part}`;
        const entry = figures.get(key) ?? { technology, from: part, figures: new Set<string>() };
        figures.set(key, entry);
        entry.figures.add(`${figure} (${origin})`);
      }
  return {
    columns: ['technology', 'figures', 'rest on'],
    rows: [...figures.values()].map((entry) => [entry.technology, [...entry.figures].join(', '), entry.from]),
  };
}

/** Inner products replayed on the Verilog; undefined where there is no Verilator. */
export interface Replay {
  readonly products: number;
  readonly beats: number;
  readonly mismatches: number;
}

export function networkSection(
  model: string,
  data: string,
  run: RunReport,
  replay: Replay | undefined,
): Section {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  return {
    title: 'Network',
    text: [
      `${model} on ${run.images} test images of ${data}: ${percent(run.accuracy)} on the datapath (95 % interval ${run.ci95.map(percent).join(' to ')}), ${percent(run.accuracyFloat)} in float; both give the same class for ${percent(run.agreement)}. Measured by running every image through the compiled datapath.`,
      replay
        ? `${replay.products} of these inner products (${replay.beats} beats) replayed on the Verilog under Verilator: ${replay.mismatches} mismatches.`
        : 'Verilator is not installed: no inner product was replayed on the Verilog.',
    ],
    tables: [
      {
        columns: ['layer', 'operator', 'runs', 'products', 'beats', 'saturated', 'overflows'],
        rows: run.layers.map((layer) => [
          layer.name,
          layer.kind,
          layer.onDatapath ? 'on the datapath' : 'in float',
          String(layer.macs),
          String(layer.beats),
          String(layer.saturated),
          String(layer.overflows),
        ]),
      },
    ],
  };
}
