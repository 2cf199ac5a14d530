import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { buildDesign, gatePorts, type Built } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { datapathEngine, exactSums, type DotEngine } from '../../src/nn/index.js';
import { gateEngine, type GateEngine } from '../../src/robust/index.js';
import { bitNetwork, parseTechnology, synthesize } from '../../src/synth/index.js';

// Elements of 7 and 5 bits lie across the limbs of their ports.
const text = `datapath odd_dot(stages: 0..4 = 2) {
  in a: int(7)[6]
  in b: int(5)[6]
  in first: bool
  in valid: bool
  reg acc: int(40) = wrap((if first then 0 else acc) + dot(a, b), to: int(40)) when valid
  out y = acc
  pipeline(stages: stages)
}`;

function built(): Built {
  const loaded = loadDesign(text, 't.dp');
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, {}) : loaded;
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value;
}

let gates: GateEngine;
let like: DotEngine;
let sumNet: number;

beforeAll(async () => {
  const design = built();
  const { verilog, top, latency } = design.emitted;
  const technology = parseTechnology('asap7.json', readFileSync('tech/asap7.json', 'utf8'));
  if (!technology.ok) throw new Error('asap7');
  const files = Object.fromEntries(verilog.map((file) => [file.name, file.text]));
  const mapped = await synthesize({ files, top }, technology.value, {}, {});
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.diagnostics));
  const { netlist } = mapped.value;
  const [network, engine] = [bitNetwork(netlist), datapathEngine(design.simplified)];
  if (!network.ok || !engine.ok) throw new Error('no engine');
  like = engine.value;
  const ports = gatePorts(design, like)!;
  expect(ports).toMatchObject({ activations: { bits: 7 }, weights: { bits: 5 }, sum: { bits: 40 } });
  sumNet = netlist.ports.find(({ name }) => name === ports.sum.name)!.bits[4] as number;
  gates = gateEngine(network.value, ports, like, latency, [sumNet]);
}, 400_000);

function sums(engine: DotEngine, depth: number, streams: number, own: boolean) {
  const source = random(depth + streams);
  const { stride, activations, weights, run } = engine.open(depth, streams, own);
  for (let k = 0; k < depth; k++)
    for (let s = 0; s < streams; s++) {
      activations[k * stride + s] = source.below(128) - 64;
      if (own || s === 0) weights[own ? k * stride + s : k] = source.below(32) - 16;
    }
  return {
    found: [...run()].slice(0, streams),
    due: [...exactSums(activations, weights, depth, streams, stride, own)],
  };
}

it.each([
  [6, 1, false],
  [20, 130, false],
  [13, 5, true],
])('gates give the exact sums of %d products in %d streams, with own weights: %s', (depth, streams, own) => {
  gates.stick(undefined);
  const { found, due } = sums(gates.engine, depth, streams, own);
  expect(found).toEqual(due);
});

it('a stuck line is stuck in all streams, until it is no more', () => {
  gates.stick({ net: sumNet, value: 1 });
  // One beat, as the accumulator reads the line too.
  const { found, due } = sums(gates.engine, 6, 130, false);
  expect(found).toEqual(due.map((sum) => Number(BigInt.asIntN(40, BigInt(sum) | 16n))));
  expect(found).not.toEqual(due);
  gates.stick(undefined);
  const again = sums(gates.engine, 20, 130, false);
  expect(again.found).toEqual(again.due);
});
