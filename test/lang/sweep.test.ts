import { describe, expect, it } from 'vitest';
import { checkSource, formatSource, loadDesign, loadSweeps, parseSource } from '../../src/lang/index.js';
import { need } from './designs.js';

const text = `// Before.
sweep many { // of them
  design in ["a.dp",   "b.dp"]
  N in 2..8   step 2  M in [4, -5, 0x10] when N>4 and design == "a.dp"
  step in [0.5, 1.25] as in [true]
  fmt in ["int(4)", fp16]
  datapath in   [d, e] rows in [1] when datapath!="d" and datapath == "e"
  where N+M<=12 // constraint
  where "delay < 0.5 ns"

  measure areaUm2, accuracy(model: "mlp", images: 1_000) as right
  let cost = if N > 4 then min(areaUm2, 3) * 1.5 else -areaUm2
  let power = "energy / delay to mW"
  pareto min areaUm2,max right
  search(nsga2, population: 20)
  settings(rungs: [100, 1000])
}
datapath d(sweep: 1..4 = 2) { in a: int(4)  let where = a  let measure = where  out min = measure }
`;

describe('sweeps', () => {
  it('are read as they are written', () => {
    const { sweeps, datapaths } = need(loadSweeps(text, 'test.dp'), text);
    expect(datapaths).toEqual(['d']);
    const [one] = sweeps;
    expect(one!.variables.map(({ name, domain, when }) => [name, domain, when?.text])).toEqual([
      ['design', { kind: 'list', values: ['a.dp', 'b.dp'] }, undefined],
      ['N', { kind: 'range', least: 2, most: 8, step: 2 }, undefined],
      ['M', { kind: 'list', values: [4, -5, 16] }, '((N > 4) and (design == "a.dp"))'],
      ['step', { kind: 'list', values: [0.5, 1.25] }, undefined],
      ['as', { kind: 'list', values: [true] }, undefined],
      ['fmt', { kind: 'list', values: ['int(4)', 'fp16'] }, undefined],
      ['datapath', { kind: 'list', values: ['d', 'e'] }, undefined],
      ['rows', { kind: 'list', values: [1] }, '((datapath != "d") and (datapath == "e"))'],
    ]);
    expect(one!.where.map((formula) => formula.text)).toEqual(['((N + M) <= 12)', 'delay < 0.5 ns']);
    expect(one!.measures.map(({ measure, as, args }) => [measure, as, args])).toEqual([
      ['areaUm2', 'areaUm2', {}],
      ['accuracy', 'right', { model: 'mlp', images: 1000 }],
    ]);
    expect(one!.derived.map(({ name, formula }) => [name, formula.text])).toEqual([
      ['cost', '((N > 4) ? (min(areaUm2, 3) * 1.5) : (-areaUm2))'],
      ['power', 'energy / delay to mW'],
    ]);
    expect(one!.objectives.map(({ measure, direction }) => [direction, measure])).toEqual([
      ['min', 'areaUm2'],
      ['max', 'right'],
    ]);
    expect(one!.settings.map(({ name, values, named }) => [name, values, named])).toEqual([
      ['search', ['nsga2'], { population: 20 }],
      ['settings', [], { rungs: [100, 1000] }],
    ]);
    expect(one!.place).toMatchObject({ file: 'test.dp', line: 2 });
  });

  it('leave their words free to be names in designs', () => {
    expect(checkSource(text, 'test.dp')).toEqual([]);
    expect(need(loadDesign(text, 'test.dp'), text)[0]!.parameters[0]!.name).toBe('sweep');
  });

  it('have one canonical text', () => {
    const formatted = need(formatSource(text, 'test.dp'), text);
    expect(formatted).toContain('  M in [4, -5, 0x10] when N > 4 and design == "a.dp"\n');
    expect(formatted).toContain('  datapath in [d, e]\n');
    expect(formatted).toContain('  pareto min areaUm2, max right\n');
    expect(formatted).toContain('  where N + M <= 12 // constraint\n');
    expect(formatted).toContain('accuracy(model: "mlp", images: 1_000) as right\n');
    expect(need(formatSource(formatted, 'test.dp'), formatted)).toBe(formatted);
    const names = (file: string) =>
      need(loadSweeps(file, 'test.dp'), file).sweeps.map(({ settings, ...rest }) => [
        settings.map((one) => one.named),
        rest.variables.map((one) => [one.name, one.domain, one.when?.text]),
        rest.derived.map((one) => one.formula.text),
      ]);
    expect(names(formatted)).toEqual(names(text));
  });

  it('tell syntax errors in their own words', () => {
    const wrong = 'sweep s {\n  N in [1]\n  out y = 3\n}\ndatapath d { in a: bool out y = "x" }';
    expect(parseSource(wrong, '').diagnostics.map((one) => `${one.place!.line}: ${one.message}`)).toEqual([
      expect.stringMatching(/^3: expected a statement \(`NAME in …`.*but found `out`/),
      '5: `\\"x\\"` has no meaning in a design',
    ]);
    const dashed = loadSweeps('sweep s { N in [1] settings(mode: model-first) }', '').diagnostics;
    expect(dashed.map(({ hint }) => hint)).toEqual(['put it in quotes, as `"model-first"`']);
    expect(loadDesign('sweep s { N in [1] }', '').diagnostics[0]!.code).toBe('no-datapath');
  });
});
