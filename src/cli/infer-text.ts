import type { HardwareUse, NibbleCycles } from '../flow/index.js';
import type { BitSearch, LayerStudy, RunReport } from '../nn/index.js';
import { print, table } from './terminal.js';

/** What came of a run: as a whole, by layer, and by datapath. */
export function printRun(
  report: RunReport,
  studies: readonly LayerStudy[],
  hardware: readonly HardwareUse[],
  rtl: { readonly images: number; readonly products: number; readonly mismatches: number },
): void {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  print(
    table([
      ['images', String(report.images)],
      [
        'accuracy on the datapath',
        `${percent(report.accuracy)} (95 %: ${report.ci95.map(percent).join(' to ')})`,
      ],
      ['accuracy in float', percent(report.accuracyFloat)],
      ['same class as float', percent(report.agreement)],
      ['products on the datapath', String(report.macs)],
      [
        'seconds',
        `${report.seconds.toFixed(1)}, of these ${report.secondsInteger.toFixed(1)} on the datapath`,
      ],
      [
        'inner products replayed under Verilator',
        `${rtl.products}, all of ${rtl.images} images; ${rtl.mismatches} mismatches`,
      ],
    ]),
  );
  print(
    table([
      ['layer', 'operator', 'where', 'bits', 'depth', 'beats', 'SNR dB', 'saturated', 'clipped', 'overflows'],
      ...report.layers.map((layer) => [
        layer.name,
        layer.kind,
        layer.datapath ?? layer.where,
        layer.bits ? `${layer.bits.weights} × ${layer.bits.activations}${statedOf(layer)}` : '',
        layer.tiling?.depth ?? '',
        layer.tiling?.beats ?? '',
        studies.find(({ name }) => layer.onDatapath && name === layer.name)?.snrDb?.toFixed(1) ?? '',
        layer.saturated,
        layer.clipped,
        layer.overflows,
      ]),
    ]),
  );
  for (const { datapath, cyclesPerImage, utilisation, energy } of hardware) {
    const cost = energy && `, ${(energy.energyFjPerImage / 1e6).toFixed(2)} nJ in ${energy.technology}`;
    print(
      `${datapath}: ${Math.round(cyclesPerImage)} cycles an image, ${percent(utilisation)} of its lanes in use${cost ?? ''}`,
    );
  }
}

/** How wide the sums of each layer get, and what its exponents cost a multi-cycle unit of nibble products. */
export function printStudies(studies: readonly LayerStudy[], nibbles: readonly NibbleCycles[]): void {
  const widths = nibbles.map(({ tree }) => `w = ${tree}`);
  const rows = studies.map(({ name, accumulatorBits, exponents }) => [
    ...[name, accumulatorBits.length > 0 ? accumulatorBits.length - 1 : '', spreadOf(exponents.differences)],
    ...exponents.cycles.map(({ mean }) => mean.toFixed(2)),
  ]);
  const all = ['all', '', '', ...nibbles.map(({ cyclesPerPass }) => cyclesPerPass.toFixed(2))];
  print('as FP16 on nibble multipliers: cycles of a pass by the width w of the adder tree');
  print(table([['layer', 'bits of sums', 'exponents apart', ...widths], ...rows, all]));
}

/** Half of the products are at most so far below the greatest of their beat, and 99 % so far. */
function spreadOf(differences: readonly number[]): string {
  const count = differences.reduce((sum, n) => sum + n, 0);
  const reach = (part: number): number => {
    let sum = 0;
    return differences.findIndex((n) => (sum += n) >= part * count);
  };
  return count > 0 ? `${reach(0.5)}, 99 %: ${reach(0.99)}` : '';
}

/** Whether the network states the codes of a layer itself. */
function statedOf({ stated }: RunReport['layers'][number]): string {
  if (stated === 'all') return ', stated';
  return stated === 'weights' ? ', weights stated' : '';
}

/** The widths that a search found, and the error of the scores with one layer at a time at each width. */
export function printSearch(search: BitSearch): void {
  const { chosen, sensitivities, meanWeightBits, weightBits, weightAreaUm2, images, error } = search;
  const widths = [...new Set(sensitivities.map((one) => one.weightBits))].sort((a, b) => b - a);
  const rows = Object.entries(chosen).map(([layer, bits]) => {
    const own = sensitivities.filter((one) => one.layer === layer);
    const errors = widths.map((width) => own.find((one) => one.weightBits === width)?.error.toExponential(1));
    return [layer, own[0]!.weights, bits, ...errors.map((text) => text ?? '')];
  });
  print(
    `widths found on ${images} training images: ${meanWeightBits.toFixed(2)} bits a weight, ${weightBits} in all` +
      `${weightAreaUm2 === undefined ? '' : `, memories of ${Math.round(weightAreaUm2)} µm²`}; ` +
      `error of the scores ${error.toExponential(1)}, and with one layer narrowed:`,
  );
  print(table([['layer', 'weights', 'bits', ...widths.map((width) => `at ${width}`)], ...rows]));
}
