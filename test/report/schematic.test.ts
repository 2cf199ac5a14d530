import { expect, it } from 'vitest';
import { loadDesign } from '../../src/lang/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { topOf } from '../../src/ir/index.js';
import { diagramOf } from '../../src/report/boxes.js';
import { renderHtml, renderMarkdown, structureSection, type Report } from '../../src/report/index.js';

const text = `datapath small(stages: 0..3 = 1) {
  in a: int(8)[4]
  in b: int(8)[4]
  let s = dot(a, b)
  out y = s
  pipeline(stages: stages)
}
`;

function built() {
  const loaded = loadDesign(text, 'small.dp');
  if (!loaded.ok) throw new Error('no design');
  const made = buildDesign(loaded.value.at(-1)!, {});
  if (!made.ok) throw new Error('not built');
  return made.value;
}

it('words that differ in a number are one box, and wiring is none', () => {
  const { boxes, edges } = diagramOf(topOf(built().optimised))!;
  expect(boxes.map(({ kind, name, about }) => `${kind} ${name}: ${about}`)).toEqual(
    expect.arrayContaining(['input a: input, 32 bits', 'logic product_#: 4 × product, 16 bits']),
  );
  const product = boxes.find(({ name }) => name === 'product_#')!.id;
  expect(edges.filter(([, to]) => to === product).map(([from]) => from)).toEqual(['input a', 'input b']);
  const output = edges.filter(([, to]) => to === 'output y');
  expect(output).toHaveLength(1);
});

it('boxes lead to lines of the files that the page has', async () => {
  const { optimised, emitted } = built();
  const section = await structureSection(optimised, {
    ...{ sources: [{ path: 'small.dp', file: 'small.dp', text }], verilog: emitted.verilog, scope: '' },
  });
  const [drawing] = section.blocks;
  const svg = drawing!.kind === 'drawing' ? drawing!.svg : '';
  const line = emitted.verilog[0]!.text.split('\n').findIndex((one) => /wire .*\bproduct_0 =/.test(one)) + 1;
  expect(svg).toContain(`data-verilog="file-small.v-${line}"`);
  expect(svg).toContain('data-source="file-small.dp-4"');
});

it('a report says the same in the same words again', async () => {
  const { optimised, emitted } = built();
  const section = await structureSection(optimised, {
    ...{ sources: [{ path: 'small.dp', file: 'small.dp', text }], verilog: emitted.verilog, scope: '' },
  });
  const report: Report = {
    schema: 2,
    title: 'r',
    verdict: { text: 'v', state: 'good' },
    sections: [section],
  };
  expect(renderHtml(report)).toBe(renderHtml(report));
  expect(renderMarkdown(report)).toEqual(renderMarkdown(report));
});
