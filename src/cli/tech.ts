import { failure, fault, type Result } from '../base/index.js';
import type { Technology } from '../synth/index.js';
import type { Run } from './command.js';
import { fpgaNames, readFpga, readLiberty, readTechnology, technologyNames } from './data.js';
import { exit } from './exit.js';
import { writeWhole } from './files.js';
import { fail, print, printJson, say, table } from './terminal.js';

/** The technology that Liberty files make. */
export async function importedTechnology(files: readonly string[]): Promise<Result<Technology>> {
  const texts = await Promise.all(files.map(readLiberty));
  const wrong = texts.flatMap((text) => text.diagnostics);
  if (texts.some((text) => !text.ok)) return failure<never>(...wrong);
  const { importLiberty } = await import('../synth/index.js');
  return importLiberty(texts.flatMap((text) => (text.ok ? [text.value] : [])));
}

/** `bitloom tech list` and `bitloom tech import`. */
export const list: Run<{ readonly json?: boolean }> = async (_, options) => {
  const found = [];
  for (const name of await technologyNames()) {
    const technology = await readTechnology(name);
    if (!technology.ok) return fail(technology.diagnostics);
    const { node, corner, source, cells } = technology.value;
    found.push({
      name,
      node,
      corner: corner.name,
      voltage: corner.voltage,
      temperature: corner.temperature,
      cells: cells.length,
      source,
    });
  }
  const families = [];
  for (const name of await fpgaNames()) {
    const family = await readFpga(name);
    if (!family.ok) return fail(family.diagnostics);
    const { about, lutInputs, command, source } = family.value;
    families.push({ name, about, lutInputs, command, source });
  }
  if (options.json) printJson({ schema: 1, technologies: found, fpgas: families });
  else {
    print(
      table(
        found.map((one) => [
          one.name,
          one.node,
          `${one.voltage} V`,
          `${one.temperature} C`,
          `${one.cells} cells`,
          one.source.url,
        ]),
      ),
    );
    print(table(families.map((one) => [one.name, one.about, `${one.lutInputs}-input LUTs`, one.command])));
  }
  return exit.done;
};

interface ImportOptions {
  readonly o: string;
  readonly name?: string;
}

/** Reduces Liberty files to one technology file. */
export async function importFiles(files: readonly string[], options: ImportOptions): Promise<number> {
  if (files.length === 0) return fail([fault('no-file', 'give one or more Liberty files')]);
  const technology = await importedTechnology(files);
  if (!technology.ok) return fail(technology.diagnostics);
  const { renderTechnology } = await import('../synth/index.js');
  const named = options.name === undefined ? technology.value : { ...technology.value, name: options.name };
  const written = await writeWhole(options.o, renderTechnology(named));
  if (!written.ok) return fail(written.diagnostics);
  say(`${options.o}: ${named.cells.length} cells`);
  return exit.done;
}
