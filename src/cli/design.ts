import { failure, success, type Result } from '../base/index.js';
import type { Argument, Definition } from '../builder/index.js';
import type { Arithmetic, Built } from '../flow/index.js';
import { readText } from './files.js';
import { tell } from './terminal.js';

/** The definition of a design file's top datapath. */
export async function readDefinition(file: string): Promise<Result<Definition>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const { loadDesign } = await import('../lang/index.js');
  const loaded = loadDesign(text.value, file);
  if (!loaded.ok) return loaded;
  return success(loaded.value.at(-1)!, loaded.diagnostics);
}

/** A design file brought into all its forms, with its parameters; warnings are told on the way. */
export async function readBuilt(...asked: Parameters<typeof readUntold>): Promise<Result<Built>> {
  const built = await readUntold(...asked);
  if (built.ok) tell(built.diagnostics);
  return built;
}

/** The same, with its warnings left to the caller. */
export async function readUntold(
  file: string,
  given: Readonly<Record<string, Argument>>,
  clockPs?: number,
  arithmetic?: Arithmetic,
): Promise<Result<Built>> {
  const definition = await readDefinition(file);
  if (!definition.ok) return failure(...definition.diagnostics);
  const { buildForClocks } = await import('../flow/index.js');
  const built = await buildForClocks(definition.value, given, clockPs, arithmetic);
  return built.ok ? success(built.value, [...definition.diagnostics, ...built.diagnostics]) : built;
}

/** The same behind AXI4-Stream interfaces, where that is asked for. */
export async function readWrapped(
  file: string,
  given: Readonly<Record<string, Argument>>,
  wrap: 'axis' | undefined,
  clockPs?: number,
  arithmetic?: Arithmetic,
): Promise<Result<Built>> {
  const built = await readBuilt(file, given, clockPs, arithmetic);
  if (!built.ok || wrap === undefined) return built;
  const { wrapAxis } = await import('../flow/index.js');
  return wrapAxis(built.value, clockPs, arithmetic);
}
