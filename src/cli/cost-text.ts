import type { ClockTarget, Energy, FpgaCost, FpgaPower, Supply } from '../cost/index.js';
import type { Placed } from '../synth/index.js';
import type { ArithmeticChoice, DesignCost, FoundClock, PerProduct } from '../flow/index.js';
import { print, table } from './terminal.js';

/** Prints what a design takes of an FPGA's resources, and how fast it is where that is known. */
export function printFpgaCost(cost: FpgaCost): void {
  const { technology, cellTypes, sources, placed, power, clock, delayPs, fmaxMhz, ...resources } = cost;
  const used = Object.entries(resources).filter(([, count]) => count > 0);
  print(table([['technology', technology], ...used.map(([name, count]) => [name, String(count)])]));
  print('cells');
  print(table(Object.entries(cellTypes).map(([name, count]) => [`  ${name}`, String(count)])));
  if (placed) printPlaced(placed, fmaxMhz ?? null, clock);
  if (power) printFpgaPower(power);
  print('sources');
  print(`  resources (synthesised): ${sources[0]!.from}`);
  for (const { figure, origin, from } of sources)
    if (figure === 'fmaxMhz' || figure === 'power') print(`  ${figure} (${origin}): ${from}`);
}

function printPlaced(placed: Placed, fmaxMhz: number | null, clock?: ClockTarget): void {
  const { device, runs, used, harnessFf } = placed;
  const mhz = (value: number | null): string => (value === null ? 'no path' : `${value.toFixed(1)} MHz`);
  print(`placed and routed on ${device}`);
  print(
    table([
      ['  Fmax', mhz(fmaxMhz)],
      ...(clock ? [['  clock', clockText(clock)]] : []),
      ...runs.map((run) => [
        `  seed ${run.seed}`,
        `${mhz(run.fmaxMhz)}, ${run.cellsPs} ps in cells and ${run.wiresPs} ps in wires`,
      ]),
      ...Object.entries(used).map(([kind, { used: count, available }]) => [
        `  ${kind}`,
        `${count} of ${available}`,
      ]),
      ['  of these around it', `${harnessFf} flip-flops`],
    ]),
  );
}

function printFpgaPower({ clockMhz, cells, staticUw, quietUw, randomUw, busyUw }: FpgaPower): void {
  print(`power of the core at ${clockMhz.toFixed(1)} MHz, ${cells} logic cells`);
  print(
    table([
      ['  without a clock', `${staticUw} uW`],
      ['  nothing changes', `${quietUw} uW`],
      ...(randomUw === undefined ? [] : [['  random words on every input', `${randomUw} uW`]]),
      ['  as busy as a multiplier', `${busyUw} uW`],
    ]),
  );
}

/** Prints the figures of a design in standard cells, their parts and their sources. */
export function printCost(cost: DesignCost, clocks: readonly FoundClock[] = []): void {
  print(
    table([
      ['technology', cost.technology],
      ...(cost.supply ? [['supply', supplyText(cost.supply)]] : []),
      ['area', `${cost.areaUm2.toFixed(1)} um2`],
      ['critical path', `${cost.delayPs.toFixed(0)} ps`],
      ...clocks.map((clock) => ['pipeline', stagesText(clock)]),
      ...(cost.clock ? [['clock', clockText(cost.clock)]] : []),
      ['Fmax', cost.fmaxMhz === null ? 'no path' : `${cost.fmaxMhz.toFixed(0)} MHz`],
      ['energy', `${cost.energyFjPerCycle.toFixed(0)} fJ per cycle`],
      ...productRows(cost),
      ...energyRows(cost.energy),
      ['leakage', `${cost.leakageNw.toFixed(0)} nW`],
      ['cells', String(cost.cells)],
      ['arithmetic', arithmeticText(cost.arithmetic)],
    ]),
  );
  print('breakdown');
  print(
    table(
      cost.breakdown.map((part) => [
        `  ${part.by} ${part.name}`,
        `${part.cells} cells`,
        `${part.areaUm2.toFixed(1)} um2`,
      ]),
    ),
  );
  const { activity } = cost;
  print(
    `activity: ${activity.source}, ${activity.vectors} vectors, ${activity.annotatedPercent.toFixed(0)} % of the nets annotated${activity.unannotated.length ? `; not given: ${activity.unannotated.join(', ')}` : ''}`,
  );
  print('sources');
  for (const source of cost.sources) print(`  ${source.figure} (${source.origin}): ${source.from}`);
}

function supplyText({ voltage, nominal }: Supply): string {
  return `${voltage} V, scaled from ${nominal} V`;
}

/** A row of a table on products, where the operators say how many there are. */
export function productRows({ macsPerCycle, energyFjPerMac }: PerProduct): string[][] {
  if (macsPerCycle === undefined) return [];
  const each = energyFjPerMac === undefined ? '' : `, ${energyFjPerMac.toPrecision(3)} fJ each`;
  return [['products', `${macsPerCycle} per cycle${each}`]];
}

function stagesText({ module, stages, clockPs, technology, delayPs }: FoundClock): string {
  const count = `${stages} ${stages === 1 ? 'stage' : 'stages'}`;
  return `${count} of ${module} for ${clockPs} ps in ${technology}, ${delayPs.toFixed(0)} ps by its model`;
}

function clockText({ targetPs, slackPs, met }: ClockTarget): string {
  return met
    ? `${targetPs} ps met, ${slackPs.toFixed(0)} ps to spare`
    : `${targetPs} ps missed by ${(-slackPs).toFixed(0)} ps`;
}

function energyRows(energy: Energy): string[][] {
  const parts = {
    '  switching': energy.switchingFj,
    '  inside cells': energy.internalFj,
    '  clock': energy.clockFj,
    '  of these: wires': energy.wiresFj,
    '  of these: registers': energy.registersFj,
    '  beside: clock tree': energy.clockTreeFj,
    '  beside: leakage': energy.leakageFj,
  };
  return Object.entries(parts).map(([name, fj]) => [name, `${fj.toPrecision(3)} fJ`]);
}

function arithmeticText(choice: ArithmeticChoice): string {
  return choice.tried.length === 1 ? choice.chosen : `${choice.chosen} (${triedText(choice)})`;
}

/** The ways in which sums were made, and what came of each. */
export function triedText({ tried }: ArithmeticChoice): string {
  return tried
    .map(
      ({ kind, goal, areaUm2, delayPs }) =>
        `${kind}, ${goal}, ${areaUm2.toFixed(1)} um2 at ${delayPs.toFixed(0)} ps`,
    )
    .join(', ');
}
