import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { success, type Result } from '../base/index.js';
import type { BenchDesign, BenchKind, Benchmark, BenchSummary } from '../flow/index.js';
import type { BenchModule } from './benches.js';
import { packageFolder, readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { say, table } from './terminal.js';

/** The examples that are run, and what kind of design each is. */
const examples: readonly (readonly [string, BenchKind])[] = [
  ['dot-int8', 'inner products'],
  ['requantise', 'stateless'],
  ['hierarchy', 'stateless'],
  ['fir', 'state'],
  ['mac', 'state'],
  ['dot-stream', 'multi-cycle'],
  ['mc-ipu', 'multi-cycle'],
];

/** `bitloom bench sim`: the compiled simulation beside Verilator, on designs and on a mapped netlist. */
export const bench: BenchModule['bench'] = async () => {
  // A cache of its own, so that what Verilator takes to build is measured, not remembered.
  const cache = await mkdtemp(join(tmpdir(), 'bitloom-'));
  const made = await benchmarks(cache).finally(() => rm(cache, { recursive: true }));
  if (!made.ok) return made;
  const { summariseBenchmarks } = await import('../flow/index.js');
  const summary = summariseBenchmarks(made.value);
  return success({
    document: { benchmarks: made.value, summary },
    text: [table([heading, ...made.value.map(row)]), '', ...summary.map(line)].join('\n'),
    agrees: made.value.every(({ mismatches }) => mismatches === 0),
  });
};

async function benchmarks(cache: string): Promise<Result<Benchmark[]>> {
  const { benchDesigns, benchGates, benchSimulation } = await import('../flow/index.js');
  const subjects: { kind: BenchKind; design: BenchDesign }[] = [...benchDesigns()];
  for (const [file, kind] of examples) {
    const built = await readBuilt(`${packageFolder}examples/${file}.dp`, {});
    if (!built.ok) return built;
    subjects.push({ kind, design: built.value });
  }
  const done: Benchmark[] = [];
  for (const { kind, design } of subjects) {
    say(`${kind}: ${design.name}`);
    const made = await benchSimulation(design, kind, cache);
    if (!made.ok) return made;
    done.push(made.value);
  }
  const technology = await readTechnology('asap7');
  if (!technology.ok) return technology;
  // With all sixteen lanes it takes the C++ compiler minutes to build the peer.
  const mapped = await readBuilt(`${packageFolder}examples/dot-int8.dp`, { lanes: 4 });
  if (!mapped.ok) return mapped;
  say(`gates: ${mapped.value.name}`);
  const made = await benchGates(mapped.value, technology.value, cache);
  return made.ok ? success([...done, made.value]) : made;
}

const heading = [
  'benchmark',
  'bitloom /s',
  'peer /s',
  'ratio',
  'nodes',
  'kB',
  'compile s',
  'peer s',
  'compared',
  'differ',
];

function row(one: Benchmark): (string | number)[] {
  const { name, ours, peer, ratio, nodes, bytes, compileSeconds, checked, mismatches } = one;
  return [
    name,
    ours.toExponential(2),
    peer.toExponential(2),
    Number(ratio.toFixed(1)),
    nodes,
    Math.round(bytes / 1000),
    compileSeconds.ours.toFixed(3),
    compileSeconds.peer.toFixed(1),
    checked,
    mismatches,
  ];
}

function line({ kind, least, target, met, design }: BenchSummary): string {
  return `${kind}: at least ${least.toFixed(1)} times (${design}); target ${target}${met ? '' : ', missed'}`;
}
