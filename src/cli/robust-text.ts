import type { CoderCost } from '../flow/index.js';
import type { Report } from './robust-report.js';
import { print, table } from './terminal.js';

/** What the words of buffers are. */
const bufferWords = { activations: 'codes of an image', sums: 'sums of an image' } as const;

/** Tells a report to people. */
export function printReport(report: Report, seconds: number): void {
  const { schemes, comparisons, curve } = report;
  const { memory } = report;
  const what =
    report.where === 'weights' ? `${memory.weights} weights` : `${memory.words} ${bufferWords[report.where]}`;
  print(`${what}; ${report.samples} samples, seed ${report.seed}`);
  if (report.memory.checkBits > 0) print(codingText(report));
  if (report.coder) print(coderText(report.coder));
  const needed = schemes[0]!.rates.some((rate) => 'chipsNeeded' in rate);
  for (const { scheme, memory, cleanError, rates } of schemes) {
    const checks = memory.checkBits > 0 ? ` and ${memory.checkBits} check bits` : '';
    const { bitsPerWeight } = memory;
    const width = bitsPerWeight === undefined ? '' : `${Number(bitsPerWeight.toFixed(3))} bits a weight, `;
    print(`\n${scheme}, ${width}${memory.dataBits} bits${checks}`);
    print(`error ${percent(cleanError)} without bit errors`);
    print(
      table([
        [
          ...['p', 'voltage', 'energy', ...(report.coder ? ['with coder'] : [])],
          ...['mean error', '95 %', 'worst chip', ...(needed ? ['chips needed'] : [])],
        ],
        ...rates.map((rate) => [
          ...[percent(rate.p), rate.voltage?.toFixed(3) ?? '', rate.energy?.toFixed(3) ?? ''],
          ...(report.coder ? [rate.energyWithCoder?.toFixed(3) ?? ''] : []),
          ...[percent(rate.rerr), interval(rate.ci95), percent(rate.worst)],
          ...(needed ? [String(rate.chipsNeeded ?? 'over a million')] : []),
        ]),
      ]),
    );
  }
  if (comparisons.length > 0)
    print(
      `\n${table([
        ['p', 'a', 'b', 'a − b', '95 %', 'P(a worse)'],
        ...comparisons.map(({ p, a, b, difference, ci95, probabilityAWorse }) => [
          ...[percent(p), a, b, percent(difference), interval(ci95), probabilityAWorse.toFixed(4)],
        ]),
      ])}`,
    );
  print(`\nvoltage and energy of an access by ${curve.name}, relative: ${curve.source.title}`);
  print(`${seconds.toFixed(1)} s`);
}

function codingText({ codingGates: { write, read }, protection }: Report): string {
  const counted = ({ xor2, other2 }: typeof read): string =>
    `${xor2} xor${other2 > 0 ? ` and ${other2} other` : ''}`;
  return (
    `${protection.kind} of ${protection.wordBits} bits: ${counted(write)} gates of two inputs to write a word, ` +
    `${counted(read)} to read one`
  );
}

function coderText({ technology, write, read, memory, readShare }: CoderCost): string {
  const circuit = (
    what: string,
    { cells, areaUm2, delayPs, energyFj }: CoderCost['read'],
  ): readonly string[] => [
    ...[what, `${cells} cells`, `${areaUm2.toFixed(1)} um2`, `${delayPs.toFixed(0)} ps`],
    `${energyFj.toFixed(1)} fJ a word`,
  ];
  const { words, width, areaUm2, readEnergyFj } = memory;
  const shown = (x: number | null, unit: string): string =>
    x === null ? 'unknown' : `${x.toFixed(1)} ${unit}`;
  const share = readShare === null ? '' : `: reading takes ${percent(readShare)} more of its energy`;
  return `${table([circuit('to write', write), circuit('to read', read)])}
beside an SRAM of ${words} words of ${width} bits in ${technology}: ${shown(areaUm2, 'um2')}, ${shown(readEnergyFj, 'fJ')} a read${share}`;
}

function interval(ends: readonly (number | null)[]): string {
  return ends.some((end) => end === null) ? 'unknown' : ends.map((end) => percent(end!)).join(' to ');
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}
