// The published figures of MicroRec beside ours: the lookup table, plans, lookup latencies, items a second.
import * as cost from '../../dist/cost/index.js';
import * as hbm from '../../dist/hbm/index.js';
import { figures } from './hbm-figures.mjs';

export const name = 'hbm';

export async function run() {
  const json = figures(hbm, cost);
  return { json, markdown: markdown(json) };
}

const signed = (value) => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(1)} %`;
const table = (head, rows) => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

function markdown({ title, source, measured, lookupTable, plans, wholes }) {
  const { step, rows, constantWithin3Percent: constant } = lookupTable;
  const worst = Math.max(...rows.map(({ closedPercent }) => Math.abs(closedPercent)));
  const beyond = rows.filter(({ closedPercent }) => Math.abs(closedPercent) > 3).length;
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    '',
    `Simulations run ${measured.items} random items with seed ${measured.seed}. Speed-ups are over the CPU of the source, by its own`,
    'time: published nanoseconds times published speed-up. Nothing of ours was measured on a board.',
    '',
    '## Lookups at 200 MHz',
    '',
    'Every channel reads one row, or two one after the other. The closed form is rounds · (318 ns + elements · 5 ns). In the',
    'simulation a row is a burst of 32 bytes or several on an HBM2 channel, without refresh; at rest it has the same constant.',
    '',
    ...table(
      ['rounds', 'elements', 'published, ns', 'closed form', 'simulated', 'with a step'],
      rows.map((row) => [
        row.rounds,
        row.elements,
        row.publishedNs,
        `${row.closedNs} (${signed(row.closedPercent)})`,
        `${row.simulatedNs} (${signed(row.simulatedPercent)})`,
        `${row.steppedNs} (${signed(row.steppedPercent)})`,
      ]),
    ),
    '',
    `The source has these ten points. The closed form is beyond 3 % at ${beyond} of them, at most ${worst} %, and no other constant is`,
    `better: within 3 % of every point it would have to be at least ${constant.atLeast} and at most ${constant.atMost} ns. What the points show is a step`,
    `between 8 and 16 elements, which is where a row of 32-bit elements needs more than one word of 256 bits: with ${step.narrowNs} ns`,
    `up to 8 elements and ${step.wideNs} ns beyond, fitted to these points, all are within 3 %. What causes the step is not known.`,
    '',
    '## Plans and lookup latencies on the U280',
    '',
    ...table(
      [
        'model',
        'plan',
        'tables',
        'in DRAM',
        'rounds',
        'storage',
        'bound, ns',
        'published, ns',
        'closed form',
        'simulated',
        '99 %',
      ],
      plans.map((row) => [
        row.model,
        row.plan,
        row.tables,
        row.dramTables,
        row.rounds,
        signed(row.storagePercent),
        row.boundNs,
        row.publishedNs,
        `${row.closedNs} (${signed(row.closedPercent)})`,
        `${row.simulatedNs} (${signed(row.simulatedPercent)})`,
        row.simulatedP99Ns,
      ]),
    ),
    '',
    'Published: 42 tables, 34 in DRAM, one round, +3.2 % for the small model; 84 tables, 68 in DRAM, two rounds, +1.9 % for the large.',
    'Pairs alone do not give the large model two rounds: whatever number of tables is paired, at least one more stays in',
    'DRAM than two rounds can serve. The deployed plan has a product of three tables, against the rule of the source. The',
    'search finds two rounds by itself, with less storage than was deployed: it stores products on the chip, too. Latencies',
    'are for 32-bit elements at 140 MHz (small) and 135 MHz (large); the source does not say at which clock it measured',
    'them. Simulated latencies include refreshes.',
    '',
    ...table(
      ['model', 'plan', 'published speed-up', 'ours', 'HBM energy, nJ an item'],
      plans.map((row) => [row.model, row.plan, row.publishedSpeedUp, row.speedUp, row.hbmEnergyNj]),
    ),
    '',
    'The energy is of the bits that HBM moves, at 3.92 pJ a bit: activation, movement, signalling and error correction, without',
    'controller, refresh and background power (O’Connor et al., MICRO-50, 2017).',
    '',
    '## Items a second',
    '',
    'The network is the slowest stage: F/E + R·F/(2E) cycles for a layer of F features and R rows to a processing element, E',
    'features to a word of 128 bits. With drain, each row takes 8 cycles more.',
    '',
    ...table(
      [
        'model',
        'bits',
        'MHz',
        'published',
        'ours',
        'with drain',
        'published latency, µs',
        'sum of stages, µs',
      ],
      wholes.map((row) => [
        row.model,
        row.bits,
        row.clockMhz,
        row.publishedItemsPerSecond,
        `${row.itemsPerSecond} (${signed(row.percent)})`,
        `${row.drainedItemsPerSecond} (${signed(row.drainedPercent)})`,
        row.publishedLatencyUs,
        row.stagesUs,
      ]),
    ),
    '',
    'Without drain three are within 3 %, and the large model at 16 bits is not; with drain it is, and the others are further off.',
    'No one rule fits all four. Latency end to end is not modelled: the sum of the stages leaves out what lies between them.',
    '',
    '## Where the source contradicts itself',
    '',
    '- The lookups of the large model are said to take 72.1 % with products; its own latencies, 1030 of 1380 ns, say 74.6 %.',
    '- 1.64E+3 items a second of one CPU row must be 1.64E+4, by its latency.',
    '- "fp16" and "fp32" in tables are fixed point.',
    '- The deployed plan of the large model has a product of three; the text allows pairs only.',
    '',
    'Made by `npm run build && node scripts/baseline.mjs hbm`.',
  ];
  return `${lines.join('\n')}\n`;
}
