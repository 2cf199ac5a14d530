import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { failure, fault, success, suggest, wholeFile, type Result } from '../base/index.js';
import type { ModelFile } from '../flow/index.js';
import type { FpgaFamily, Technology } from '../synth/index.js';
import { readBytes, readJson, readText } from './files.js';

/** The folder of this package: its technologies, models and examples. */
export const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The names of the technologies that come with the package. */
export async function technologyNames(): Promise<string[]> {
  const files = await readdir(`${packageFolder}tech`);
  return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : [])).sort();
}

/** The file of a technology of the package or, for any other name, the file of that name. */
export async function technologyFile(name: string): Promise<string> {
  return (await technologyNames()).includes(name) ? `${packageFolder}tech/${name}.json` : name;
}

/** A technology by name, or from a JSON file that `bitloom tech import` wrote. */
export async function readTechnology(name: string): Promise<Result<Technology>> {
  const file = await technologyFile(name);
  if (!existsSync(file))
    return failure(
      fault('unknown-technology', `there is no technology \`${name}\``, {
        hint: suggest(name, [...(await technologyNames()), ...(await fpgaNames())]),
      }),
    );
  const text = await readText(file);
  if (!text.ok) return text;
  const { parseTechnology } = await import('../synth/index.js');
  return parseTechnology(file, text.value);
}

/** The names of the families of FPGAs that come with the package. */
export async function fpgaNames(): Promise<string[]> {
  const files = await readdir(`${packageFolder}tech/fpga`);
  return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : [])).sort();
}

/** The file of a family of FPGAs of the package. */
export function fpgaFile(name: string): string {
  return `${packageFolder}tech/fpga/${name}.json`;
}

/** A family of FPGAs by name. */
export async function readFpga(name: string): Promise<Result<FpgaFamily>> {
  const file = fpgaFile(name);
  const text = await readText(file);
  if (!text.ok) return text;
  const { parseFpgaFamily } = await import('../synth/index.js');
  return parseFpgaFamily(file, text.value);
}

/** A Liberty file's text; one that ends in .gz is unpacked. */
export async function readLiberty(file: string): Promise<Result<{ file: string; text: string }>> {
  if (!file.endsWith('.gz')) {
    const text = await readText(file);
    return text.ok ? success({ file, text: text.value }) : text;
  }
  const bytes = await readBytes(file);
  if (!bytes.ok) return bytes;
  const { gunzipSync } = await import('node:zlib');
  try {
    return success({ file, text: gunzipSync(bytes.value).toString('utf8') });
  } catch (error) {
    return failure(fault('file-unreadable', `cannot unpack ${file}: ${(error as Error).message}`));
  }
}

/**
 * A network by name, with what is known of it, or from an ONNX file.
 *
 * @param sizes of what the file leaves open
 */
export async function readModel(
  name: string,
  normalisation: string,
  sizes?: ModelFile['sizes'],
): Promise<Result<ModelFile>> {
  const shipped = `${packageFolder}models/${name}.json`;
  const isShipped = /^[\w-]+$/.test(name) && existsSync(shipped);
  if (!isShipped && !existsSync(name)) {
    const known = (await readdir(`${packageFolder}models`)).flatMap((file) =>
      /^[\w-]+\.json$/.test(file) ? [file.slice(0, -5)] : [],
    );
    return failure(
      fault('unknown-model', `there is no model \`${name}\``, {
        hint: `${suggest(name, known)}, or give an ONNX file or a recipe`,
      }),
    );
  }
  if (!isShipped && name.endsWith('.json')) return readDescription(name);
  const bytes = await readBytes(isShipped ? `${packageFolder}models/${name}.onnx` : name);
  if (!bytes.ok) return bytes;
  const described = isShipped ? await readJson(shipped) : undefined;
  if (described && !described.ok) return described;
  const recipe = (described?.value as { recipe?: { normalisation?: string } } | undefined)?.recipe;
  return success({
    name,
    bytes: bytes.value,
    normalisation: (recipe?.normalisation ?? normalisation) as ModelFile['normalisation'],
    ...(sizes && { sizes }),
  });
}

/** A network as a recipe describes it, with the weights that training would start from. */
async function readDescription(file: string): Promise<Result<ModelFile>> {
  const value = await readJson(file);
  if (!value.ok) return value;
  const { describedModel } = await import('../flow/index.js');
  const model = await describedModel(file, value.value);
  return model.ok ? model : failure(...model.diagnostics.map((one) => ({ place: wholeFile(file), ...one })));
}
