import { readFileSync, readdirSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { operatorsPage } from '../src/flow/index.js';
import { loadDesign } from '../src/lang/index.js';
import { operators } from '../src/ops/index.js';

const files = readdirSync('examples').filter((file) => file.endsWith('.dp') && !file.endsWith('.sweep.dp'));
const examples = files.map((file) => {
  const loaded = loadDesign(readFileSync(`examples/${file}`, 'utf8'), file);
  const made = loaded.ok ? loaded.value.at(-1)!.elaborate({}, 'kept') : loaded;
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return { file, design: made.value };
});

describe('docs/operators.md', () => {
  it('is what `npm run docs` writes', async () => {
    const options = { ...(await resolveConfig('docs/operators.md')), parser: 'markdown' };
    const due = await format(operatorsPage(operators, examples), options);
    expect(readFileSync('docs/operators.md', 'utf8')).toBe(due);
  });

  it.each(operators.map(({ name }) => name))('%s has an example', (name) => {
    const used = examples.filter(({ design }) => design.uses?.some((use) => use.operator === name));
    expect(used.map(({ file }) => file)).not.toEqual([]);
  });
});
