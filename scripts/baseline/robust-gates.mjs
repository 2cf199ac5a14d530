// Faults in the cells of the inner product of examples/dot-int8.dp.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtModules, elaborated, readPackage, sizeOf } from './synthesis.mjs';

export const name = 'robust-gates';

const [program, folder] = ['../../bin/bitloom.js', '../../'].map(
  (path) => new URL(path, import.meta.url).pathname,
);
export const design = 'examples/dot-int8.dp';
export const command =
  'faults examples/dot-int8.dp --tech asap7 --cycles 256 --samples 5000 --multiple 2,4 --seed 1';

export async function run() {
  const { stdout } = await promisify(execFile)('node', [program, ...command.split(' '), '--json'], {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
  const modules = await builtModules();
  const text = await readPackage(design);
  return report(JSON.parse(stdout), sizeOf(modules, elaborated(modules, { name: 'dot_int8', text })));
}

/** The report on what the command told, and how large the design is. */
export function report(found, size) {
  const json = {
    title: 'Faults in the cells of an inner product',
    command: `bitloom ${command}`,
    size,
    ...found,
  };
  return { json, markdown: markdown(json) };
}

/** The report as text. */
export function markdown({
  title,
  design,
  technology,
  cells,
  flipFlops,
  inputs,
  stuck,
  transient,
  multiple,
  ...rest
}) {
  const percent = (share) => (100 * share).toFixed(2);
  const rate = (what, { trials, shown, masking, ci95 }) =>
    `| ${what} | ${trials} | ${shown} | ${percent(masking)} | ${ci95.map(percent).join(' … ')} |`;
  return `${[
    `# ${title}`,
    '',
    `\`${design}\` in ${technology}: ${cells} cells, ${flipFlops} of them flip-flops; ${inputs.cycles} cycles of ${inputs.source}, seed`,
    `${rest.seed}. Simulated on the netlist, gate by gate and without delays. \`${rest.command}\``,
    '',
    `Stuck lines: all ${stuck.faults} faults on ${stuck.sites} lines, of which ${stuck.classes} were simulated and stand for all that`,
    `no input tells apart from them (${stuck.harmless} change nothing). ${stuck.detected} are seen at the outputs: a coverage of`,
    `${percent(stuck.coverage)} %. In a mean cycle ${percent(stuck.masking)} % of them do not show.`,
    '',
    '| drawn at random | trials | shown | masked, % | 95 % |',
    '|---|---|---|---|---|',
    rate('a flip for a cycle', transient),
    ...transient.kinds.map((kind) => rate(`of these in a ${kind.name}`, kind)),
    ...multiple.flatMap((one) => [
      rate(`${one.faults} stuck lines at once`, one.stuck),
      rate(`${one.faults} flips in the same cycle`, one.transient),
    ]),
    '',
    'By the bits of the output, the lowest first, how many faults each shows:',
    '',
    ...[
      ['stuck lines', stuck],
      ['flips', transient],
    ].flatMap(([what, { outputs }]) =>
      outputs.map((output) => `- \`${output.name}\`, ${what}: ${output.bits.join(', ')}`),
    ),
  ].join('\n')}\n`;
}
