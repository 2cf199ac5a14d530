// Writes the pages that are generated from definitions: docs/operators.md.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { operatorsPage } from '../dist/flow/index.js';
import { loadDesign } from '../dist/lang/index.js';
import { operators } from '../dist/ops/index.js';

const files = readdirSync('examples').filter((name) => name.endsWith('.dp') && !name.endsWith('.sweep.dp'));
const examples = files.map((file) => {
  const loaded = loadDesign(readFileSync(`examples/${file}`, 'utf8'), file);
  const made = loaded.ok ? loaded.value.at(-1).elaborate({}, 'kept') : loaded;
  if (!made.ok) throw new Error(made.diagnostics[0].message);
  return { file, design: made.value };
});

const options = { ...(await resolveConfig('docs/operators.md')), parser: 'markdown' };
writeFileSync('docs/operators.md', await format(operatorsPage(operators, examples), options));
