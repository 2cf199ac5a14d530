import type { RunReport } from '../nn/index.js';
import { table, text, type Cell, type Section } from './model.js';
import { percent } from './numbers.js';

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
  const rows = run.layers.map((layer): Cell[] => [
    ...[layer.name, layer.kind, layer.onDatapath ? 'on the datapath' : 'in float'],
    ...[layer.macs, layer.beats, layer.saturated, layer.overflows],
  ]);
  const columns = ['layer', 'operator', 'runs', 'products', 'beats', 'saturated', 'overflows'];
  return {
    title: 'Network',
    blocks: [
      text(
        `${model} on ${run.images} test images of ${data}: ${percent(run.accuracy)} on the datapath (95 % interval ${run.ci95.map(percent).join(' to ')}), ${percent(run.accuracyFloat)} in float; both give the same class for ${percent(run.agreement)}. Measured by running every image through the compiled datapath.`,
      ),
      text(
        replay
          ? `${replay.products} of these inner products (${replay.beats} beats) replayed on the Verilog under Verilator: ${replay.mismatches} mismatches.`
          : 'Verilator is not installed: no inner product was replayed on the Verilog.',
      ),
      table('Layers', { columns, rows }, 'the same run'),
    ],
  };
}
