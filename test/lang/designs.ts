import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderDiagnostic, type Result } from '../../src/base/index.js';
import type { Arguments } from '../../src/builder/index.js';
import type { Design } from '../../src/ir/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { interpret } from '../../src/sim/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Text {
  readonly name: string;
  readonly text: string;
}

/** The design files of a folder of the repository. */
export function textsIn(folder: string): Text[] {
  return readdirSync(root + folder)
    .filter((name) => name.endsWith('.dp'))
    .map((name) => ({ name, text: readFileSync(`${root}${folder}/${name}`, 'utf8') }));
}

/** The value of a result that must be one. */
export function need<T>(result: Result<T>, text = ''): T {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map((one) => renderDiagnostic(one, text)).join('\n'));
}

/** The top datapath of a text, made with arguments; stages for a clock are not found. */
export function designOf(text: string, args: Arguments = {}): Design {
  const definitions = need(loadDesign(text, 'test.dp'), text);
  return need(definitions.at(-1)!.elaborate(args, 'kept'), text);
}

/** A datapath called `t` with these statements. */
export function body(statements: string, parameters = ''): string {
  return `datapath t${parameters} {\n${statements}\n}\n`;
}

/** The outputs in the first cycle under these inputs, as words. */
export function outputs(
  text: string,
  inputs: Readonly<Record<string, bigint>> = {},
  args: Arguments = {},
): Record<string, bigint> {
  return interpret(designOf(text, args)).step(inputs);
}

/** The type of every output of the top module: width and format. */
export function outputTypes(text: string, args: Arguments = {}): Record<string, string> {
  const top = designOf(text, args).modules.at(-1)!;
  return Object.fromEntries(
    top.outputs.map(({ name, format, lanes, width }) => [
      name,
      lanes === 1 ? format : `${format} x ${lanes} = ${width}`,
    ]),
  );
}
