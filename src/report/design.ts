import type { EmittedFile } from '../emit/index.js';
import type { Design } from '../ir/index.js';
import { diagramOf, type Box } from './boxes.js';
import { code, fileId, lineId, text, table, type Block, type Section } from './model.js';
import { counted } from './numbers.js';
import { schematicSvg, type Targets } from './schematic.js';
import { wavesBlock, type Waves } from './waves.js';

/** What was understood of a design. */
export interface DesignFacts {
  readonly name: string;
  readonly about: string;
  readonly ports: readonly {
    readonly name: string;
    readonly direction: string;
    readonly type: string;
    readonly width: number;
  }[];
  readonly latency: number;
  /** Whether words go by valid and ready, each as soon as it may. */
  readonly streams: boolean;
  readonly registerBits: number;
  readonly nodes: number;
}

/** A design's ports, what goes on at them, and how much there is of it. */
export function designSection(
  design: DesignFacts,
  waves?: { readonly waves: Waves; readonly source: string },
): Section {
  const rows = design.ports.map(({ name, direction, type, width }) => [name, direction, type, width]);
  const pace = design.streams
    ? 'Words go by valid and ready'
    : `Latency ${counted(design.latency, 'cycle')}, a new input every cycle`;
  const facts = `${pace}; ${counted(design.registerBits, 'register bit')}, ${counted(design.nodes, 'word')}.`;
  return {
    title: 'Design',
    blocks: [
      text(design.about),
      text(facts),
      table('Ports', { columns: ['port', 'direction', 'type', 'bits'], rows }, 'the design as it was read'),
      ...(waves ? [wavesBlock(waves.waves, waves.source, design.streams)] : []),
    ],
  };
}

/** A text that a design was read from. */
export interface SourceFile {
  /** As places name it. */
  readonly path: string;
  /** As it is shown. */
  readonly file: string;
  readonly text: string;
}

/** The files that a design was made of and that it became. */
export interface DesignFiles {
  readonly sources: readonly SourceFile[];
  readonly verilog: readonly EmittedFile[];
  /** Tells them from files of the same names of other designs in the report; empty where there are none. */
  readonly scope: string;
}

/** What a design is made of: a drawing of every module, whose boxes lead to its Verilog and to its source. */
export async function structureSection(design: Design, files: DesignFiles): Promise<Section> {
  const blocks: Block[] = [];
  for (const module of [...design.modules].reverse()) {
    const file = files.verilog.find(({ name }) => name === `${module.name}.v`);
    if (module.leaf !== undefined || !file) continue;
    const diagram = diagramOf(module);
    const title = `Module ${module.name}`;
    if (!diagram) {
      blocks.push(text(`${title} has too many registers and instances to draw.`));
      continue;
    }
    const svg = await schematicSvg(diagram, title, (box) => targetsOf(box, file, files));
    blocks.push({
      kind: 'drawing',
      name: title,
      svg,
      source: 'the design as it is made: simplified and pipelined; the reset is left out',
    });
  }
  return { title: 'Structure', blocks };
}

/** The lines that a box stands for. */
function targetsOf(
  { wire, kind, place }: Box,
  file: EmittedFile,
  { verilog, sources, scope }: DesignFiles,
): Targets {
  const own = kind === 'instance' ? verilog.find(({ name }) => name === `${wire}.v`) : undefined;
  const line = own ? lineOf(own.text, new RegExp(`^module ${wire}\\b`)) : lineOf(file.text, declaring(wire));
  const source = place && sources.find(({ path }) => path === place.file);
  return {
    verilog: line === undefined ? undefined : lineId(fileId((own ?? file).name, scope), line),
    source: source && lineId(fileId(source.file, scope), place.line),
  };
}

/** Where a name is declared; names of Verilog are words, so nothing in them is special in an expression. */
function declaring(name: string): RegExp {
  return new RegExp(`^\\s*(input|output|wire|reg)\\b[^=]*\\b${name.replace(/\W/g, '')}\\b`);
}

function lineOf(text: string, wanted: RegExp): number | undefined {
  const at = text.split('\n').findIndex((line) => wanted.test(line));
  return at < 0 ? undefined : at + 1;
}

const mostLines = 20_000;

/** The files, to look into. */
export function filesSection({ sources, verilog, scope }: DesignFiles): Section {
  const files = [...sources, ...verilog.map(({ name, text }) => ({ file: name, text }))];
  let lines = 0;
  const shown = files.filter(({ text }) => (lines += text.split('\n').length) <= mostLines);
  const blocks = shown.map(({ file, text }) => code(file, text, scope));
  const rest = files.length - shown.length;
  return {
    title: 'Files',
    blocks: rest > 0 ? [...blocks, text(`${rest} more files are not shown, as they are too long.`)] : blocks,
  };
}
