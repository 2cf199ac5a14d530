import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** From left to right; a folder imports only from folders to the left of its own group. This is the truth. */
const layers: readonly (readonly string[])[] = [
  ['base'],
  ['format', 'ir', 'template', 'cache'],
  ['builder'],
  ['ops', 'pass', 'sim', 'emit'],
  ['synth', 'lang', 'cosim'],
  ['cost', 'nn', 'prove'],
  ['robust', 'hbm'],
  ['explore'],
  ['report'],
  ['flow'],
  ['cli'],
];

/** Folders of one layer that do see each other, and why there is no way around it. */
const neighbours: readonly (readonly [string, string])[] = [];

/** The only folder that may import a library. */
const homes: Readonly<Record<string, readonly string[]>> = {
  handlebars: ['template'],
  chevrotain: ['lang', 'synth'],
  mathjs: ['cost', 'explore'],
  commander: ['cli'],
  'jsonc-parser': ['hbm'],
  protobufjs: ['nn'],
  'fast-png': ['nn'],
  'jpeg-js': ['nn'],
  '@yowasp/yosys': ['synth'],
  '@duckdb/node-api': ['explore'],
  bullmq: ['explore'],
  ioredis: ['explore'],
  echarts: ['report'],
  elkjs: ['report'],
  wavedrom: ['report'],
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly from: string;
}

function imports(): Import[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    const found = text.matchAll(/(?:from|import\(|require\()\s*['"]([^'"]+)['"]/g);
    return [...found].map(([, from]) => ({ file, folder: folderOf(file), from: from! }));
  });
}

function folderOf(file: string): string {
  return file.includes(sep) ? file.split(sep)[0]! : '';
}

function layerOf(folder: string): number {
  return layers.findIndex((layer) => layer.includes(folder));
}

/** The file that a relative import names, below the source folder. */
function target({ file, from }: Import): string {
  return relative(source, join(source, dirname(file), from));
}

describe('imports', () => {
  const all = imports().filter(({ folder }) => folder !== '');
  const inner = all.filter(({ from }) => from.startsWith('.') && !from.endsWith('.json'));

  it('are found', () => expect(inner.length).toBeGreaterThan(100));

  it('name only folders that have a layer', () => {
    const unknown = new Set(all.map(({ folder }) => folder).filter((folder) => layerOf(folder) < 0));
    expect([...unknown]).toEqual([]);
  });

  it('go to the left only', () => {
    const wrong = inner.filter((each) => {
      const to = folderOf(target(each));
      if (to === each.folder || layerOf(to) < layerOf(each.folder)) return false;
      return !neighbours.some(([a, b]) => a === each.folder && b === to);
    });
    expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  it('from another folder name its index', () => {
    const wrong = inner.filter((each) => {
      const to = target(each);
      return folderOf(to) !== each.folder && !/^[a-z]+\/(index|version)\.js$/.test(to.split(sep).join('/'));
    });
    expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  it('of a library stand in its home', () => {
    const wrong = all.filter(({ folder, from }) => homes[from] && !homes[from].includes(folder));
    expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });
});
