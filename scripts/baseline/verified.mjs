// Every sample of every operator in every engine, on 100,000 inputs each: the evidence behind the operator library.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printArgument } from '../../dist/builder/index.js';
import { allSamples, verifyAll, verilatorIfInstalled } from '../../dist/flow/index.js';
import { operators } from '../../dist/ops/index.js';

export const name = 'verified';

const vectors = 100_000;
const seed = 1;

export async function run() {
  const verilator = await verilatorIfInstalled();
  if (verilator === undefined) throw new Error('Verilator is not installed');
  const cache = join(tmpdir(), 'bitloom-verified');
  const made = await verifyAll(allSamples(), { vectors, seed, cache, verilator: true }, (done, total) =>
    console.error(`${done} of ${total}`),
  );
  if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
  const verdicts = new Map(made.value.map((verdict) => [verdict.subject, verdict]));
  const samples = operators.flatMap((operator) =>
    operator.samples.map((sample, index) => {
      const { mismatches, compared } = verdicts.get(`${operator.name}_${index}`);
      return { operator: operator.name, sample: written(sample), mismatches, compared };
    }),
  );
  const json = {
    schema: 1,
    title: 'The operator library, verified',
    measured: { what: 'words compared with those of the WebAssembly simulator', vectors, seed, verilator },
    samples,
    mismatches: samples.reduce((sum, one) => sum + one.mismatches, 0),
  };
  return { json, markdown: markdown(json) };
}

function written(sample) {
  const parts = Object.entries(sample).map(([key, value]) => `${key}: ${printArgument(value)}`);
  const text = parts.length === 0 ? 'defaults' : parts.join(', ');
  return text.length > 120 ? `${text.slice(0, 118)} …` : text;
}

function markdown({ title, measured, samples, mismatches }) {
  const count = (number) => (number === undefined ? '' : number.toLocaleString('en'));
  const rows = samples.map(
    ({ operator, sample, compared, mismatches: wrong }) =>
      `| ${operator} | ${sample.replaceAll('|', '\\|')} | ${count(compared.reference ?? compared.words)} | ${count(compared.interpreter)} | ${count(compared.verilator)} | ${wrong} |`,
  );
  return `# ${title}

Every sample of every operator: the WebAssembly simulator against the operator's reference, the bigint interpreter and the emitted
Verilog under Verilator ${measured.verilator}, on ${count(measured.vectors)} inputs biased to corners (seed ${measured.seed}). For operators with
streams the inputs are cycles with random stalls on both sides, and the reference is compared word by word as they come out.
Made by \`npm run baseline verified\`.

${samples.length} samples, ${mismatches} mismatches.

| operator | sample | reference | interpreter | Verilator | mismatches |
| --- | --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`;
}
