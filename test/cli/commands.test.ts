import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DesignCost } from '../../src/flow/index.js';
import { bitloom } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
const example = 'examples/dot-int8.dp';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

describe('commands that succeed', () => {
  it('check says that a design is right', () => {
    const ran = bitloom(['check', example, '--json']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual({ schema: 1, diagnostics: [] });
  });

  it('emit writes Verilog and says what it wrote', () => {
    const out = join(folder, 'emitted');
    const ran = bitloom(['emit', example, '-p', 'lanes=4', '-o', out, '--json']);
    expect(ran.code).toBe(0);
    const { files, latency, ports } = JSON.parse(ran.stdout) as {
      files: string[];
      latency: number;
      ports: { name: string; width: number }[];
    };
    expect(latency).toBe(3);
    expect(ports.map((port) => [port.name, port.width])).toEqual([
      ['a', 32],
      ['b', 32],
      ['first', 1],
      ['valid', 1],
      ['y', 28],
    ]);
    for (const name of files) expect(existsSync(name), name).toBe(true);
    expect(readFileSync(join(out, 'dot_int8.v'), 'utf8')).toContain('input wire [31:0] a_i');
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('sim gives the same outputs with both engines', () => {
    const inputs = file(
      'in.json',
      JSON.stringify({
        a: [
          [1, 2, 3, 4],
          [5, 6, 7, -128],
          [0, 0, 0, 0],
        ],
        b: [
          [1, 1, 1, 1],
          [2, 2, 2, -128],
          [0, 0, 0, 0],
        ],
        first: [1, 0, 0],
        valid: [1, 1, 0],
      }),
    );
    const run = (engine: string) =>
      JSON.parse(
        bitloom(['sim', example, '-p', 'lanes=4', '--in', inputs, '--engine', engine, '--json']).stdout,
      ) as { outputs: unknown };
    const y = { y: [0, 10, 10 + 36 + 16384] };
    expect(run('interpreter').outputs).toEqual(y);
    expect(run('wasm').outputs).toEqual(y);
  });

  it('ops lists every operator with its parameters', () => {
    const { operators } = JSON.parse(bitloom(['ops', '--json']).stdout) as {
      operators: { name: string; parameters: unknown[] }[];
    };
    expect(operators.map((one) => one.name)).toEqual(
      expect.arrayContaining(['dot', 'mac', 'requantise', 'relu']),
    );
    for (const operator of operators) expect(operator.parameters.length).toBeGreaterThan(0);
  });

  it('verify compares every engine', () => {
    const ran = bitloom(['verify', example, '-p', 'lanes=2', '--vectors', '500', '--json']);
    const found = JSON.parse(ran.stdout) as Record<string, unknown>;
    expect(found).toMatchObject({ mismatches: 0, seed: 1, lint: [] });
    expect(found['verilator']).toMatch(/^\d+\.\d+/);
    expect(ran.code).toBe(0);
  });

  it('cost gives figures with a source each', () => {
    const ran = bitloom(['cost', example, '-p', 'lanes=1', '--tech', 'sg13g2', '--json']);
    expect(ran.code).toBe(0);
    const cost = JSON.parse(ran.stdout) as Record<string, number> & {
      sources: { figure: string; origin: string; from: string }[];
    };
    for (const key of ['areaUm2', 'delayPs', 'fmaxMhz', 'energyFjPerCycle', 'leakageNw', 'cells'])
      expect(cost[key], key).toBeGreaterThan(0);
    expect(cost.sources.map((source) => source.figure)).toEqual(
      expect.arrayContaining(['areaUm2', 'delayPs', 'energyFjPerCycle', 'leakageNw']),
    );
  });

  it('cost takes words for the activity, and fails where a clock that is missed was asked for', () => {
    const words = file('words.json', JSON.stringify({ a: [1, 2, 3] }));
    const args = ['cost', example, '-p', 'lanes=1', '--tech', 'sg13g2', '--clock', '100', '--json'];
    const ran = bitloom([...args, '--activity', words], { BITLOOM_CACHE: join(folder, 'cache') });
    expect(ran.stderr).toBe('');
    const cost = JSON.parse(ran.stdout) as DesignCost;
    expect(cost.clock).toMatchObject({ targetPs: 100, met: false });
    expect(cost.clock!.slackPs).toBeCloseTo(100 - cost.delayPs);
    expect(cost.arithmetic.tried.map(({ goal }) => goal)).toEqual(['balanced', 'delay']);
    expect(cost.activity).toMatchObject({ source: words, unannotated: ['b_i', 'first_i', 'valid_i'] });
    expect(cost.activity.annotatedPercent).toBeLessThan(100);
    expect(ran.code).toBe(1);
    expect(bitloom([...args, '--activity', 'random:2']).stderr).toMatch(/random:2.*no activity/);
  });

  it('infer runs a network on the datapath and replays inner products on the Verilog', () => {
    const args = [
      'infer',
      '--model',
      'mlp',
      '--data',
      'mnist',
      '--images',
      '200',
      '--datapath',
      example,
      '--rtl',
      '1',
      '--json',
    ];
    const ran = bitloom(args);
    expect(ran.code).toBe(0);
    const report = JSON.parse(ran.stdout) as {
      images: number;
      accuracy: number;
      rtlChecked: number;
      rtl: { mismatches: number };
    };
    expect(report).toMatchObject({ images: 200, rtlChecked: 202, rtl: { mismatches: 0 } });
    expect(report.accuracy).toBeGreaterThan(0.95);
  });

  it('report writes Markdown and HTML', () => {
    const out = join(folder, 'report');
    const ran = bitloom([
      'report',
      example,
      '-p',
      'lanes=1',
      '--vectors',
      '200',
      '--tech',
      'asap7',
      '-o',
      out,
    ]);
    expect(ran.code).toBe(0);
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('0 mismatches');
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<h2>Cost</h2>');
    const { costs } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')).results;
    const tried = costs[0].arithmetic.tried.map(({ kind }: { kind: string }) => kind);
    expect(tried).toEqual(['behavioural', 'bitheap']);
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('sums of products');
  });
});

describe('bad input', () => {
  const wrongs: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['a missing file', ['check', join(folder, 'none.dp')], 2, /no such file/],
    ['a binary file', ['check', file('binary.dp', new Uint8Array([0, 255, 254, 1]))], 2, /not a text file/],
    ['an empty file', ['check', file('empty.dp', '')], 2, /error/],
    [
      'an unknown operator',
      ['check', file('dott.dp', 'datapath d() {\n  in a: int(8)[4]\n  out y = dott(a, a)\n}\n')],
      2,
      /did you mean `dot`/,
    ],
    [
      'a parameter out of range',
      ['emit', example, '-p', 'lanes=1000', '-o', join(folder, 'never')],
      2,
      /from 1 to 256/,
    ],
    [
      'an unknown parameter',
      ['emit', example, '-p', 'lane=4', '-o', join(folder, 'never')],
      2,
      /did you mean `lanes`/,
    ],
    ['a malformed parameter', ['emit', example, '-p', 'lanes'], 2, /NAME=VALUE/],
    [
      'a combinational loop',
      [
        'check',
        file(
          'loop.dp',
          'datapath d() {\n  in x: bool\n  let a = b and x\n  let b = a and x\n  out y = b\n}\n',
        ),
      ],
      2,
      /reg/,
    ],
    ['an unknown technology', ['cost', example, '--tech', 'asap8'], 2, /did you mean `asap7`/],
    [
      'a truncated Liberty file',
      [
        'tech',
        'import',
        file('cut.lib', 'library (x) {\n  cell (a) {\n    area : '),
        '-o',
        join(folder, 'cut.json'),
      ],
      2,
      /cut\.lib:\d+:\d+/,
    ],
    [
      'a truncated network',
      [
        'infer',
        '--model',
        file('cut.onnx', readFileSync('models/mlp.onnx').subarray(0, 5000)),
        '--datapath',
        example,
      ],
      2,
      /ONNX/,
    ],
    ['an unknown model', ['infer', '--model', 'mpl', '--datapath', example], 2, /did you mean `mlp`/],
    ['inputs that are no JSON', ['sim', example, '--in', file('bad.json', '{')], 2, /not JSON/],
    [
      'inputs of the wrong shape',
      ['sim', example, '--in', file('shape.json', '{"a": [[1]], "c": [1]}')],
      2,
      /16/,
    ],
    ['an unknown command', ['emitt'], 2, /unknown command/],
    ['an unknown benchmark', ['bench', 'sum'], 2, /did you mean `sim`/],
  ];

  it.each(wrongs)('%s is told', (_, args, code, said) => {
    const ran = bitloom(args);
    expect(ran.stderr).toMatch(said);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.stdout).toBe('');
    expect(ran.code).toBe(code);
  });

  it('leaves no folder behind', () => {
    expect(existsSync(join(folder, 'never'))).toBe(false);
    expect(existsSync(join(folder, 'cut.json'))).toBe(false);
  });

  it('a write that fails midway is told, and nothing is half-written', () => {
    const out = join(folder, 'half');
    const limited = `ulimit -f 4; exec node bin/bitloom.js emit ${example} -o ${out}`;
    const ran = spawnSync('bash', ['-c', limited], { encoding: 'utf8' });
    expect(ran.stderr).toMatch(/cannot write .*larger than is allowed/);
    expect(ran.status).toBe(2);
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
  });

  it('a folder that cannot be written is told', () => {
    const out = file('taken', 'a file');
    const ran = bitloom(['emit', example, '-o', out]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/cannot write/);
    expect(readFileSync(out, 'utf8')).toBe('a file');
  });

  it('what nobody reads any more ends quietly', () => {
    // `true` has ended long before the program has started.
    const unread = 'node bin/bitloom.js ops --json | true; echo "${PIPESTATUS[0]}"';
    const ran = spawnSync('bash', ['-c', unread], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toBe('0\n');
  });

  it('a missing Verilator exits with 3 and says how to install it', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const node = join(bin, 'node');
    writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
    chmodSync(node, 0o755);
    const ran = bitloom(['verify', example, '--vectors', '10'], {
      PATH: bin,
      BITLOOM_CACHE: join(folder, 'cache'),
    });
    expect(ran.stderr).toMatch(/apt-get install verilator/);
    expect(ran.code).toBe(3);
  });
});
