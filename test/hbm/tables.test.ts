import { describe, expect, it } from 'vitest';
import { renderDiagnostic } from '../../src/base/index.js';
import { featuresOf, parseTables, tableBytes } from '../../src/hbm/index.js';
import { microrec } from './shipped.js';

describe('descriptions of tables', () => {
  it('give the published sizes of the two models', () => {
    expect(microrec('small').tables.length).toBe(47);
    expect(featuresOf(microrec('small'))).toBe(352);
    expect(tableBytes(microrec('small')) / 2 ** 30).toBeCloseTo(1.3, 1);
    expect(microrec('large').tables.length).toBe(98);
    expect(featuresOf(microrec('large'))).toBe(876);
    expect(tableBytes(microrec('large')) / 1e9).toBeCloseTo(15.1, 1);
  });

  it('that are no JSON are told with their places', () => {
    expect(told('{"name": "x",\n "tables": [}')).toMatch(/^tables.json:2:13: error: this is not JSON: /);
    expect(told('')).toContain('tables.json:1:1: error: this is not JSON: value expected');
  });

  it('are told all their faults at once, each with its place', () => {
    const text = [
      '{',
      '  "name": "",',
      '  "elementbits": 32,',
      '  "tables": [',
      '    { "rows": 0, "columns": 4 },',
      '    { "rows": 1.5, "columns": "4" },',
      '    { "columns": 4 },',
      '    { "name": "a", "rows": 2, "columns": 4 },',
      '    { "name": "a", "rows": 2, "columns": 4, "rows": 3 },',
      '    7',
      '  ],',
      '  "network": { "layers": [64, 10], "processingElements": [48] }',
      '}',
    ].join('\n');
    const faults = told(text)
      .split('\n')
      .filter((line) => line.startsWith('tables.json'));
    expect(faults).toEqual([
      'tables.json:3:3: error: a model has no `elementbits`',
      'tables.json:2:11: error: `name` must be a text that is not empty',
      'tables.json:1:1: error: `elementBits` is missing here',
      'tables.json:5:15: error: `rows` is a number from 1 to 68719476736; 0 is not',
      'tables.json:6:15: error: `rows` must be a whole number',
      'tables.json:6:31: error: `columns` must be a whole number',
      'tables.json:7:5: error: `rows` is missing here',
      'tables.json:9:45: error: `rows` is here for the second time',
      'tables.json:9:5: error: another table is named `a`',
      'tables.json:10:5: error: a table must be an object',
    ]);
    expect(told(text)).toContain('did you mean `elementBits`?');
  });

  it('name what does not go together in a network', () => {
    const text = (network: string): string =>
      `{"name": "x", "elementBits": 8, "tables": [{"rows": 1, "columns": 1}], "network": ${network}}`;
    expect(told(text('{"layers": [64, 10], "processingElements": [48]}'))).toMatch(
      /2 layers, but 1 numbers[^]*48 processing elements cannot share 64 rows evenly/,
    );
  });
});

function told(text: string): string {
  const read = parseTables('tables.json', text);
  expect(read.ok).toBe(false);
  return read.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n');
}
