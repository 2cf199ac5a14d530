import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFiguresOf, parseElement, type MemoryModel } from '../../src/cost/index.js';
import { modules, type Size } from './modules.js';
// @ts-expect-error: a script, without types
import * as script from '../../scripts/baseline/vs-quant-pe.mjs';
// @ts-expect-error: a script, without types
import { elaborated, memoryModelOf, short, sizeOf } from '../../scripts/baseline/synthesis.mjs';

interface Row {
  readonly configuration: string;
  readonly size: string;
  readonly areaUm2: number;
  readonly parts: readonly { readonly name: string; readonly count: number; readonly areaUm2: number }[];
  readonly designs?: Readonly<Record<string, Size>>;
}

interface Report {
  readonly measured: { readonly sizes: readonly { readonly name: string }[] };
  readonly elements: readonly Row[];
}

const report = JSON.parse(readFileSync('reports/baseline/vs-quant-pe.json', 'utf8')) as Report;

describe('reports/baseline/vs-quant-pe', () => {
  it('is of the designs as they are now', { timeout: 60_000 }, async () => {
    for (const configuration of script.configurations) {
      const row = report.elements.find((one) => one.configuration === configuration.name && one.designs)!;
      for (const [key, design] of Object.entries(await script.designsOf(configuration)))
        expect(sizeOf(modules, elaborated(modules, design)), configuration.name).toEqual(row.designs![key]);
    }
  });

  it('has the memories as they are modelled now, and parts that add up', async () => {
    const model = (await memoryModelOf(modules, script.technology)) as MemoryModel;
    for (const row of report.elements) {
      const configuration = script.configurations.find(
        ({ name }: { readonly name: string }) => name === row.configuration,
      );
      const size = report.measured.sizes.find(({ name }) => name === row.size);
      const text = JSON.stringify(script.elementOf(configuration, size));
      const element = parseElement('element', text);
      if (!element.ok) throw new Error(element.diagnostics[0]!.message);
      element.value.parts.forEach((part, k) => {
        const there = row.parts[k]!;
        expect(there.count).toBe(part.count);
        const figures = part.kind === 'memory' ? memoryFiguresOf(part, model) : undefined;
        if (figures?.ok) expect(there.areaUm2).toBe(short(part.count * figures.value.areaUm2!));
      });
      const sum = row.parts.reduce((all, { areaUm2 }) => all + areaUm2, 0);
      expect(sum / row.areaUm2).toBeCloseTo(1, 3);
    }
  });

  it('is the page that it says', () => {
    expect(script.markdown(report)).toBe(readFileSync('reports/baseline/vs-quant-pe.md', 'utf8'));
  });
});
