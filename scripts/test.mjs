// Sets up a fresh clone, checks formatting and types, and runs all tests.
import { mkdirSync, readFileSync } from 'node:fs';
import { has, run, setUp } from './setup.mjs';

if (!setUp()) {
  console.error('The tests need Verilator.');
  process.exit(3);
}
const checks = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
];
for (const [name, args] of checks)
  if (!run('node', args)) {
    console.error(`check failed: ${name}`);
    process.exit(1);
  }
mkdirSync(new URL('../.bitloom/', import.meta.url), { recursive: true });
// Verilator's own part of a program is compiled once, not again for each of a hundred programs.
if (has('ccache')) process.env.OBJCACHE ??= 'ccache';
const report = '.bitloom/tests.json';
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const passed = run('node', ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...process.argv.slice(2)]);
const counts = JSON.parse(readFileSync(new URL(`../${report}`, import.meta.url), 'utf8'));
console.log(
  `${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`,
);
process.exit(passed && counts.numPassedTests > 0 ? 0 : 1);
