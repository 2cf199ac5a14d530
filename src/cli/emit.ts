import { success, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { EmittedFile } from '../emit/index.js';
import type { Arithmetic, Built } from '../flow/index.js';
import type { Run } from './command.js';
import { readTechnology } from './data.js';
import { readWrapped } from './design.js';
import { exit } from './exit.js';
import { writeFolder } from './files.js';
import { fail, print, printJson, table } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly o: string;
  readonly clock?: number;
  readonly arith: Arithmetic['kind'];
  readonly tech?: string;
  readonly wrap?: 'axis';
  readonly testbench?: boolean;
  readonly vectors: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `bitloom emit FILE`: Verilog, a file list, timing constraints and a port manifest; on wish a wrapper and a testbench. */
export const run: Run<Options> = async (file, options) => {
  const arithmetic = await arithmeticOf(options.arith, options.tech);
  if (!arithmetic.ok) return fail(arithmetic.diagnostics);
  const built = await readWrapped(file!, options.p, options.wrap, options.clock, arithmetic.value);
  if (!built.ok) return fail(built.diagnostics);
  const { emitted } = built.value;
  const bench = options.testbench === true ? await benchOf(built.value, options) : [];
  const files = [...emitted.verilog, ...emitted.others, ...bench];
  const written = await writeFolder(options.o, files);
  if (!written.ok) return fail(written.diagnostics);
  if (options.json) {
    const { top, latency, ports } = emitted;
    printJson({ schema: 1, top, files: files.map((one) => `${options.o}/${one.name}`), latency, ports });
  } else {
    print(
      table(files.map((one) => [`${options.o}/${one.name}`, `${one.text.split('\n').length - 1} lines`])),
    );
    print(`latency ${emitted.latency}`);
  }
  return exit.done;
};

async function benchOf(built: Built, { vectors, seed }: Options): Promise<readonly EmittedFile[]> {
  const { testbenchOf } = await import('../flow/index.js');
  return testbenchOf(built, { vectors, seed });
}

/** How sums of products are to be made; bit heaps arranged for a technology where one is named. */
export async function arithmeticOf(
  kind: Arithmetic['kind'],
  name: string | undefined,
): Promise<Result<Arithmetic>> {
  if (kind === 'behavioural' || name === undefined) return success({ kind });
  const technology = await readTechnology(name);
  if (!technology.ok) return technology;
  const { adderCells } = await import('../synth/index.js');
  return success({ kind, cells: adderCells(technology.value) });
}
