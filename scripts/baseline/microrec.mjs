// The lookup engines of MicroRec's models as Verilog, on memories with the timing of the board: every row compared with the tables'.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomTables, verifyLookup, verilatorIfInstalled } from '../../dist/flow/index.js';
import * as hbm from '../../dist/hbm/index.js';
import { mostRows, need, planFor, seed, timingsOf, trials } from './microrec-trials.mjs';

export const name = 'microrec';

export async function run() {
  const verilator = await verilatorIfInstalled();
  if (verilator === undefined) throw new Error('Verilator is not installed');
  const engines = [];
  for (const trial of trials) engines.push(await tried(trial));
  const json = {
    schema: 1,
    title: 'The lookup engines of MicroRec, verified',
    measured: { what: 'rows of the emitted Verilog beside those of the tables', mostRows, seed, verilator },
    engines,
  };
  return { json, markdown: markdown(json) };
}

async function tried(trial) {
  console.error(`${trial.model}, ${trial.bits} bits${trial.network ? ', with the network' : ''}`);
  const plan = planFor(hbm, trial);
  const codes = randomTables(plan, seed);
  const engine = hbm.engineDefaults;
  const network =
    trial.network && hbm.randomLayers(need(hbm.layersOf(plan.model)), trial.bits, engine.fraction, seed + 1);
  const cache = join(tmpdir(), 'bitloom-microrec');
  const setup = { items: trial.items, seed, engine, timings: timingsOf(hbm), cache };
  const { model: closedForm, ...verdict } = need(
    await verifyLookup(plan, { codes, ...(network && { network }) }, setup),
  );
  return { ...trial, ...verdict, closedForm };
}

function markdown({ title, measured, engines }) {
  const count = (number) => number.toLocaleString('en');
  const cycles = (value) => String(Number(value.toFixed(2)));
  const table = (head, rows) => [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, at) => (at === 0 ? '---' : '---:')).join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
  const named = ({ model, bits, clockMhz, network }) =>
    `${model}, ${bits} bits, ${clockMhz} MHz${network ? ', with the network' : ''}`;
  const lines = [
    `# ${title}`,
    '',
    'The engines for the plans of the two models on the U280, the small one by the published heuristic and the large one by the search, as emitted and',
    `compiled by Verilator ${measured.verilator}. The structure is that of the model, tables are cut to ${measured.mostRows} rows and hold random elements (seed ${measured.seed}).`,
    'The network is 1024-512-256-1 at its full size with random weights, on 128, 128, 32 and 1 processing elements.',
    '',
    '## Rows',
    '',
    'Memories have the timing of the board’s HBM2 and DDR4 channels, and on top of it delay reads at random, let them overtake each other, answer',
    'one of 500 by an error, and stall every side of every handshake in a fifth of the cycles; one index of 1000 is beyond its',
    'table. Every row is compared with what the tables say, bit for bit and in order.',
    '',
    ...table(
      [
        'engine',
        'items',
        'wrong, lost or out of order',
        'reads',
        'that overtook another',
        'rows with faults told',
      ],
      engines.map((one) => [
        named(one),
        count(one.items),
        one.mismatches,
        count(one.reads),
        count(one.overtaken),
        count(one.faulty),
      ]),
    ),
    '',
    '## Cycles',
    '',
    'Without stalls, errors and overtaking. The timing model counts the engine’s cycles with every burst on the model of its DRAM channel, refreshes',
    'included; the closed form takes memories that always answer as at rest.',
    '',
    ...table(
      [
        'engine',
        'an item: measured',
        'timing model',
        'closed form',
        'one alone: measured',
        'timing model',
        'closed form',
      ],
      engines.map((one) => [
        named(one),
        cycles(one.cyclesPerItem),
        cycles(one.simulated.cyclesPerItem),
        `${cycles(one.closedForm.cyclesPerItem)} (${one.closedForm.bound})`,
        cycles(one.latencyCycles),
        cycles(one.simulated.latencyCycles),
        cycles(one.closedForm.latencyCycles),
      ]),
    ),
    '',
    'Made by `npm run build && node scripts/baseline.mjs microrec`.',
  ];
  return `${lines.join('\n')}\n`;
}
