import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from './cli/run.js';
import { blocksOf, commandsOf, missingLines, type Block } from './documented.js';

const pages = [
  'README.md',
  'models/README.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const documented = pages.map((page) => ({ page, blocks: blocksOf(readFileSync(page, 'utf8')) }));
const shell = (blocks: readonly Block[]) => blocks.filter(({ info }) => info === 'sh');
const installed = (tool: string) => spawnSync(tool, ['--version']).error === undefined;
const needs = [
  { tool: 'verilator', when: /verilator|bitloom verify/ },
  { tool: 'iverilog', when: /iverilog/ },
  { tool: 'redis-server', when: /redis/ },
  { tool: 'chromium', when: /chromium/ },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-docs-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/bitloom'), `#!/bin/sh\nexec node '${program}' "$@"\n`);
  chmodSync(join(folder, 'bin/bitloom'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a page's commands one after the other in a folder with the examples; gives what they print. */
function follow(page: string, blocks: readonly Block[]): string[] {
  const place = join(folder, page.replaceAll('/', '-'));
  mkdirSync(place);
  cpSync('examples', join(place, 'examples'), { recursive: true });
  const env = {
    ...process.env,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
    BITLOOM_CACHE: join(folder, 'cache'),
  };
  const faults: string[] = [];
  let printed = '';
  for (const block of blocks) {
    const [language, name] = block.info.split(' ');
    if (name !== undefined) writeFileSync(join(place, name), block.lines.join('\n') + '\n');
    if (block.info === 'sh' && block.notRun === undefined) {
      const script = `set -e\n${block.lines.join('\n')}`;
      const ran = spawnSync('bash', ['-c', script], { cwd: place, env, encoding: 'utf8' });
      if (ran.status !== 0)
        faults.push(`${page}:${block.line}: exit ${ran.status}\n${ran.stdout}${ran.stderr}`);
      printed = ran.stdout;
    } else if (language === 'text' && name === undefined && printed !== '')
      faults.push(
        ...missingLines(block.lines, printed).map(
          (line) => `${page}:${block.line}: not printed: ${line}\nbut:\n${printed}`,
        ),
      );
  }
  return faults;
}

describe('links of the pages', () => {
  it.each(documented)('$page', ({ page }) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g)].map(
      ([, link]) => link!,
    );
    const dead = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(dirname(page), link)));
    expect(dead).toEqual([]);
  });
});

describe('commands of the pages', () => {
  const followed = documented.filter(({ blocks }) =>
    shell(blocks).some(({ notRun }) => notRun === undefined),
  );

  it('are found', () => expect(followed.length).toBeGreaterThan(8));

  it.each(followed)('$page', ({ page, blocks }) => {
    const commands = shell(blocks).flatMap(commandsOf).join('\n');
    const missing = needs.filter(({ tool, when }) => when.test(commands) && !installed(tool));
    if (missing.length > 0)
      return console.warn(`${page}: not run without ${missing.map(({ tool }) => tool).join(', ')}`);
    expect(follow(page, blocks).join('\n')).toBe('');
  });

  it('stand in blocks that are run, or else are known to the command line', () => {
    const loose = documented.flatMap(({ page, blocks }) =>
      blocks
        .filter(({ info }) => info === '')
        .filter(({ lines }) => lines.some((line) => /^(npx )?bitloom [a-z]/.test(line)))
        .map(({ line }) => `${page}:${line}`),
    );
    expect(loose).toEqual([]);
    const unknown = documented.flatMap(({ page, blocks }) =>
      shell(blocks)
        .filter(({ notRun }) => notRun !== undefined)
        .flatMap((block) =>
          commandsOf(block).flatMap((command) =>
            unknownIn(command).map((word) => `${page}:${block.line}: ${word}`),
          ),
        ),
    );
    expect(unknown).toEqual([]);
  });
});

/** Options of a command that its help does not name. */
function unknownIn(command: string): string[] {
  const words = command.split(/\s+/).filter((word) => word !== 'npx');
  if (words[0] !== 'bitloom') return [];
  const names = [];
  for (const word of words.slice(1)) {
    if (!/^[a-z][a-z-]*$/.test(word) || names.length === 2) break;
    names.push(word);
  }
  const help = execFileSync('node', [program, ...names, '--help'], { encoding: 'utf8' });
  return words.filter((word) => /^--?[a-z]/.test(word) && !help.includes(word));
}
