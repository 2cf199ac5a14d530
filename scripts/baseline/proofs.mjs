// Every design of examples/ with each form of sums: whether `bitloom prove` shows the Verilog equal, and what that takes.
import { readdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readUntold } from '../../dist/cli/design.js';
import { prove } from '../../dist/prove/index.js';

export const name = 'proofs';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const forms = ['behavioural', 'bitheap'];
const seed = 1;
const cycles = 20;

/** Seconds of processor time, so that other load does not decide; the command's own limit is on the clock. */
const timeLimit = 120;

export async function run() {
  const { now } = performance;
  performance.now = processorTime;
  const rows = [];
  try {
    for (const [design, arith] of await cases()) rows.push(await row(design, arith));
  } finally {
    performance.now = now;
  }
  return reportOf(rows);
}

/** Milliseconds of processor time of this process, all threads together: the clock that proofs are limited by. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What is proven: every design with each form of sums. */
async function cases() {
  const files = (await readdir(folder)).filter((file) => /^[^.]+\.dp$/.test(file)).sort();
  return files.flatMap((file) => forms.map((arith) => [file, arith]));
}

/** The answer for one design. */
async function row(design, arith) {
  const { proof, processorSeconds } = await proofOf(design, arith);
  const { latency, outcome } = proof.links.at(-1);
  const answer = { answer: outcome.kind, bounded: proof.bounded, latency, processorSeconds };
  console.error(`${design} ${arith}: ${outcome.kind} in ${processorSeconds} s`);
  return { design, arith, answer, yosys: proof.yosys, load: loadavg()[0] };
}

/** The report of all rows. */
function reportOf(rows) {
  const designs = [...new Set(rows.map(({ design }) => design))].map((design) => {
    const own = rows.filter((one) => one.design === design);
    return { design, proofs: Object.fromEntries(own.map(({ arith, answer }) => [arith, answer])) };
  });
  const round = (number) => Number(number.toFixed(1));
  const load = rows.map((one) => one.load);
  const json = {
    schema: 1,
    title: 'Proofs of the examples',
    measured: {
      what: 'seconds of processor time of building, emitting, reading back and proving, all threads together',
      ...{ seed, timeLimit, cycles },
      yosys: rows[0].yosys,
      node: process.version,
      load: { least: round(Math.min(...load)), greatest: round(Math.max(...load)) },
    },
    designs,
  };
  return { json, markdown: markdown(json) };
}

async function proofOf(file, kind) {
  const before = processorTime();
  const built = await readUntold(folder + file, {}, undefined, { kind });
  if (!built.ok) throw new Error(built.diagnostics.map(({ message }) => message).join('\n'));
  const made = await prove(built.value, { seed, timeLimit, cycles });
  if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  return { proof: made.value, processorSeconds: Number(((processorTime() - before) / 1000).toFixed(1)) };
}

function markdown({ title, measured, designs }) {
  const told = ({ answer, bounded, processorSeconds }) =>
    `${bounded === null ? answer : `${answer} to cycle ${bounded}`}, ${processorSeconds} s`;
  const rows = designs.map(
    ({ design, proofs }) => `| \`${design}\` | ${forms.map((form) => told(proofs[form])).join(' | ')} |`,
  );
  const { load, node, yosys, timeLimit } = measured;
  return `# ${title}

What \`bitloom prove examples/NAME.dp --arith FORM\` answers with a limit of ${timeLimit} s of processor time, and the seconds of it that were taken (building,
emitting, reading back and proving; Yosys is a process of its own and not in them). Yosys ${yosys}, Node ${node}, on a shared virtual
machine of two cores under a load of ${load.least} to ${load.greatest}, which makes processor time longer than it is on an idle one. Made by
\`npm run baseline proofs\`.

| design | behavioural | bitheap |
| --- | --- | --- |
${rows.join('\n')}
`;
}
