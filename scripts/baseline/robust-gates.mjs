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

/** One lane of it, with what takes long: faults that were not seen, and a network. */
export const laneCommand =
  'faults examples/dot-int8.dp --tech asap7 -p lanes=1 --cycles 256 --samples 1000 --seed 1 --classify --model lenet5 --images 20 --network-faults 40';

export async function run() {
  const [found, lane] = [await told(command), await told(laneCommand)];
  const modules = await builtModules();
  const text = await readPackage(design);
  return report(found, sizeOf(modules, elaborated(modules, { name: 'dot_int8', text })), lane);
}

async function told(what) {
  console.error(`bitloom ${what}`);
  const { stdout } = await promisify(execFile)('node', [program, ...what.split(' '), '--json'], {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}

/** The report on what the commands told, and how large the design is. */
export function report(found, size, lane) {
  const json = {
    title: 'Faults in the cells of an inner product',
    command: `bitloom ${command}`,
    size,
    ...found,
    lane: { command: `bitloom ${laneCommand}`, ...lane },
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
  lane,
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
    '',
    ...laneText(lane),
  ].join('\n')}\n`;
}

function laneText({ command: what, cells, stuck, network }) {
  const percent = (share) => (100 * share).toFixed(2);
  const { redundant, shown, open, cycles, conflicts, coverageOfRest } = stuck.missed;
  const { model, images, accuracy, faults, meanAccuracy, losses, scoresChange, classesChange } = network;
  const costly = losses.slice(1).map(({ over, faults: count }) => `${count} cost more than ${100 * over}`);
  return [
    '## One lane: faults that are not seen, and those that matter to a network',
    '',
    `\`${what}\``,
    '',
    `${cells} cells; ${stuck.detected} of ${stuck.faults} stuck-at faults are seen, ${percent(stuck.coverage)} %, and ${stuck.harmless} change nothing. Of the others:`,
    '',
    `- ${redundant.faults} are redundant: no inputs make an output or a next state wrong, in any state;`,
    `- ${shown.faults} are shown by other inputs, which were simulated;`,
    `- ${open.faults} stay open: neither was found, with sequences of ${cycles} cycles from the reset and ${conflicts} conflicts of a search. Some`,
    '  may need upper bits of the accumulator to differ from its sign, which takes hundreds of beats.',
    '',
    `Without the redundant ones the coverage is ${percent(coverageOfRest)} %.`,
    '',
    `\`${model}\` in integers of 8 bits runs on these cells, gate by gate: right of ${percent(accuracy)} % of ${images} test images without`,
    `faults, and of ${percent(meanAccuracy)} % (95 %: ${network.ci95.map(percent).join(' … ')}) in the mean over ${faults} stuck lines drawn from all.`,
    `${scoresChange} of these change some score, ${classesChange} some class (${percent(classesChange / faults)} %, 95 %: ${network.classesCi95.map(percent).join(' … ')});`,
    `${costly.join(', ')} points of accuracy. The others do not matter to the network on these images.`,
  ];
}
