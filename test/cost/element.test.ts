import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  elementCost,
  logicFigures,
  memoryFiguresOf,
  parseElement,
  parseMemoryModel,
  registersFiguresOf,
  type Cost,
  type Element,
  type LogicPart,
  type PartFigures,
} from '../../src/cost/index.js';
import { parseTechnology } from '../../src/synth/index.js';

const technology = value(parseTechnology('freepdk45.json', readFileSync('tech/freepdk45.json', 'utf8')));
const memories = async (name: string) =>
  value(await parseMemoryModel(name, readFileSync(`tech/memory/${name}.json`, 'utf8')));

const logic: LogicPart = {
  kind: 'logic',
  name: 'lane',
  role: 'compute',
  count: 4,
  design: 'lane.dp',
  parameters: {},
  busyEvery: 1,
  gated: false,
  density: 0.5,
};
const cost = {
  areaUm2: 100,
  leakageNw: 1000,
  delayPs: 700,
  energyFjPerCycle: 50,
  energy: { clockFj: 10, clockTreeFj: 2 },
} as Cost;

describe('parts', () => {
  it('of logic work in some cycles; in the others their clock runs, or is gated', () => {
    expect(logicFigures(logic, cost)).toMatchObject({ dynamicFj: 50, clockTreeFj: 2, idleFj: 12 });
    const seldom = { ...logic, busyEvery: 4 };
    expect(logicFigures(seldom, cost)).toMatchObject({ dynamicFj: 20, clockTreeFj: 2, idleFj: 12 });
    const gated = { ...seldom, gated: true };
    expect(logicFigures(gated, cost)).toMatchObject({ dynamicFj: 12.5, clockTreeFj: 0.5, idleFj: 0 });
  });

  it('that are memories are read and written once in so many cycles', async () => {
    const model = await memories('freepdk45');
    const shape = {
      kind: 'memory',
      name: 'm',
      role: 'weights',
      count: 1,
      words: 256,
      width: 64,
      ports: 1,
    } as const;
    const energy = (access: object) => value(memoryFiguresOf({ ...shape, ...access }, model)).dynamicFj!;
    const [read, write] = [energy({ readEvery: 1 }), energy({ writeEvery: 1 })];
    expect(energy({})).toBe(0);
    expect(read).toBeGreaterThan(1000);
    expect(energy({ readEvery: 16, writeEvery: 4 })).toBeCloseTo(read / 16 + write / 4, 6);
  });

  it('have no energy where nobody published one, and say so', async () => {
    const part = {
      kind: 'memory',
      name: 'm',
      role: 'weights',
      count: 1,
      words: 256,
      width: 32,
      ports: 1,
    } as const;
    const figures = value(memoryFiguresOf({ ...part, readEvery: 1 }, await memories('asap7')));
    expect(figures.areaUm2).toBeGreaterThan(0);
    expect(figures.dynamicFj).toBeNull();
    expect(figures.missing.join()).toContain('readEnergyFj');
  });

  it('that are flip-flops clock all words, or only the one that is written', () => {
    const part = { kind: 'registers', name: 'r', role: 'other', count: 1, words: 8, width: 16 } as const;
    const energy = (more: { gated: boolean; writeEvery?: number }) =>
      value(registersFiguresOf({ ...part, ...more }, technology)).dynamicFj!;
    const clock = energy({ gated: false });
    const [gated, ungated] = [
      energy({ gated: true, writeEvery: 1 }),
      energy({ gated: false, writeEvery: 1 }),
    ];
    expect(energy({ gated: true })).toBe(0);
    expect(ungated - gated).toBeCloseTo((clock * 7) / 8, 6);
  });
});

const figures: PartFigures = logicFigures(logic, cost);
const buffer: PartFigures = {
  ...figures,
  areaUm2: 300,
  dynamicFj: 20,
  clockTreeFj: 0,
  idleFj: 0,
  delayPs: 900,
  origin: { areaUm2: 'modelled', leakageNw: 'modelled', delayPs: 'modelled', energyFjPerCycle: 'modelled' },
  errorPercent: { areaUm2: 10, energyFjPerCycle: 20 },
};
const element: Element = {
  name: 'e',
  clockPs: 1000,
  macsPerCycle: 64,
  parts: [logic, { kind: 'memory', name: 'm', role: 'weights', count: 2, words: 1, width: 1, ports: 1 }],
  inference: { macs: 6400, utilisation: 0.5 },
};

describe('an element', () => {
  it('is the sum of its parts', () => {
    const whole = elementCost(element, 't', [figures, buffer]);
    expect(whole).toMatchObject({ areaUm2: 1000, leakageNw: 6000, synthesisedPercent: 40, missing: [] });
    // 4 · (50 + 2 + 1) + 2 · (20 + 1)
    expect(whole.energyFjPerCycle).toBeCloseTo(254, 9);
    expect(whole.energyFjPerMac).toBeCloseTo(254 / 64, 9);
    expect(whole.idleFjPerCycle).toBeCloseTo(4 * 12 + 6, 9);
    const sum = (pick: (part: (typeof whole.parts)[number]) => number | null) =>
      whole.parts.reduce((all, part) => all + pick(part)!, 0);
    expect(sum((part) => part.areaUm2)).toBe(whole.areaUm2);
    expect(sum((part) => part.areaPercent)).toBeCloseTo(100, 9);
    expect(sum((part) => part.energyPercent)).toBeCloseTo(100, 9);
    expect(whole.errorPercent.areaUm2).toBeCloseTo(6, 9);
    expect(whole.errorPercent.energyFjPerCycle).toBeCloseTo((20 * 42) / 254, 9);
  });

  it('takes longer for an inference than it works, and idles the rest', () => {
    const { inference } = elementCost(element, 't', [figures, buffer]);
    expect(inference).toMatchObject({ cycles: 200, timeUs: 0.2 });
    expect(inference!.energyUj! * 1e9).toBeCloseTo(100 * 254 + 100 * 54, 6);
  });

  it('meets its clock by its slowest part, of logic or memory', () => {
    const at = (clockPs: number) => elementCost({ ...element, clockPs }, 't', [figures, buffer]).clock;
    expect(at(900)).toEqual({ periodPs: 900, slowest: 'm', slowestPs: 900, met: true });
    expect(at(899).met).toBe(false);
  });

  it('has no sum of what is not known', () => {
    const unknown = { ...buffer, dynamicFj: null, missing: ['readEnergyFj: not published'] };
    const whole = elementCost(element, 't', [figures, unknown]);
    expect(whole).toMatchObject({ areaUm2: 1000, energyFjPerCycle: null, energyFjPerMac: null });
    expect(whole.inference!.energyUj).toBeNull();
    expect(whole.missing).toEqual(['m: readEnergyFj: not published']);
  });
});

describe('the file of an element', () => {
  it('is read, with what it leaves out', () => {
    const read = value(parseElement('f', readFileSync('examples/vs-pe.json', 'utf8')));
    expect(read.parts.map(({ kind, count }) => [kind, count])).toEqual([
      ['logic', 8],
      ['memory', 8],
      ['memory', 1],
      ['memory', 4],
      ['logic', 1],
      ['logic', 1],
    ]);
    expect(read.parts[0]).toMatchObject({ busyEvery: 1, gated: false, density: 0.5 });
    expect(read.parts[1]).toMatchObject({ ports: 1, words: 256 });
  });

  it('is told all that is wrong with it at once', () => {
    const wrong = {
      name: '',
      clockPs: 0,
      parts: [
        { name: 'a', role: 'thing', design: 'a.dp', busyEvery: 0 },
        { name: 'b', role: 'weights', memory: { words: 1.5, width: 8 }, readEvry: 1 },
        { name: 'c', role: 'other' },
      ],
      inference: { macs: 1, utilisation: 2 },
    };
    const read = parseElement('f.json', JSON.stringify(wrong));
    expect(read.ok).toBe(false);
    const said = read.diagnostics.map(({ message, hint }) => `${message} (${hint})`).join('\n');
    for (const path of ['name', 'clockPs', 'macsPerCycle', 'parts[0].role', 'parts[0].busyEvery'])
      expect(said).toContain(`\`${path}\` must be`);
    expect(said).toContain('`parts[1].memory.words` must be an integer from 1');
    expect(said).toMatch(/`parts\[1\]` has no field `readEvry`.*readEvery/);
    expect(said).toContain('`parts[2]` must be a part with one of');
    expect(said).toContain('`inference.utilisation` must be above 0');
    expect(read.diagnostics.length).toBe(9);
  });

  it('is JSON', () => {
    for (const text of ['', '[]', '{"parts": 1']) expect(parseElement('f', text).ok, text).toBe(false);
  });
});

function value<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('a fault');
  return result.value;
}
