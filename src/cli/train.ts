import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, fault, success, suggest, wholeFile, type Result } from '../base/index.js';
import type { FitState, Plan, Recipe, Trained } from '../flow/index.js';
import type { Run } from './command.js';
import { packageFolder } from './data.js';
import { exit } from './exit.js';
import { readBytes, readJson, writeWhole } from './files.js';
import { fail, print, printJson, progress, say, table } from './terminal.js';

interface Options {
  readonly recipe: string;
  readonly o: string;
  readonly threads: number;
  readonly restart?: boolean;
  readonly json?: boolean;
}

/** What a shell expects of a program that Ctrl-C ended. */
const interrupted = 130;

/** `bitloom train`: a network by its recipe, with a checkpoint after every epoch. */
export const run: Run<Options> = async (_, options) => {
  const recipe = await readRecipe(options.recipe);
  if (!recipe.ok) return fail(recipe.diagnostics);
  const flow = await import('../flow/index.js');
  const planned = flow.planTraining(recipe.value);
  if (!planned.ok) return fail(planned.diagnostics);
  const checkpoint = join(options.o, `${recipe.value.name}.checkpoint`);
  const from = options.restart ? success(undefined) : await readState(planned.value, checkpoint);
  if (!from.ok) return fail(from.diagnostics);
  const began = from.value?.epochs.length ?? 0;
  if (began > 0) say(`going on behind epoch ${began} of ${recipe.value.epochs}`);
  const started = Date.now();
  const trained = await watched(planned.value, options.threads, checkpoint, from.value);
  if (!trained.ok) return fail(trained.diagnostics);
  const files = await writeResults(recipe.value, trained.value, options.o);
  if (!files.ok) return fail(files.diagnostics);
  await rm(checkpoint, { force: true });
  const record = flow.trainingRecord(recipe.value, trained.value);
  const seconds = (Date.now() - started) / 1000;
  if (options.json) {
    const { name, data, seed } = recipe.value;
    printJson({ ...record, name, data, seed, resumedFrom: began, seconds, files: files.value });
  } else printTrained(recipe.value, trained.value, files.value, seconds);
  return exit.done;
};

/** Trains with progress on the terminal; after every epoch a checkpoint is written, which Ctrl-C leaves whole. */
async function watched(
  planned: Plan,
  threads: number,
  checkpoint: string,
  from: FitState | undefined,
): Promise<Result<Trained>> {
  const flow = await import('../flow/index.js');
  const { recipe } = planned;
  const line = progress(`training ${recipe.name}`);
  let writing: Promise<Result<string>> = Promise.resolve(success(''));
  const stop = (): void => {
    line.end();
    void writing.then(() => {
      say(`stopped; the same command goes on behind the last whole epoch, if there was one`);
      process.exit(interrupted);
    });
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const trained = await flow.runTraining(planned, {
    threads,
    ...(from && { from }),
    told: (share) => line.update(share, 1),
    kept: async (state) => {
      const { epoch, loss, accuracy } = state.epochs.at(-1)!;
      line.end();
      say(
        `epoch ${epoch} of ${recipe.epochs}: loss ${loss.toFixed(4)}, ${percent(accuracy)} right in training`,
      );
      writing = writeWhole(checkpoint, flow.writeCheckpoint(recipe, state));
      return (await writing).ok;
    },
  });
  line.end();
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const written = await writing;
  return written.ok ? trained : written;
}

/** A recipe from a file, or one of those of the package by its name. */
async function readRecipe(name: string): Promise<Result<Recipe>> {
  const shipped = `${packageFolder}models/${name}.recipe.json`;
  const isShipped = /^[\w-]+$/.test(name) && !existsSync(name) && existsSync(shipped);
  if (!isShipped && !existsSync(name)) {
    const names = (await readdir(`${packageFolder}models`)).flatMap((file) =>
      file.endsWith('.recipe.json') ? [file.slice(0, -'.recipe.json'.length)] : [],
    );
    const hint = `${suggest(name, names)}, or give a JSON file`;
    return failure(fault('unknown-recipe', `there is no recipe \`${name}\``, { hint }));
  }
  const file = isShipped ? shipped : name;
  const value = await readJson(file);
  if (!value.ok) return value;
  const { parseRecipe } = await import('../flow/index.js');
  const recipe = parseRecipe(value.value);
  if (recipe.ok) return recipe;
  return failure(...recipe.diagnostics.map((one) => ({ place: wholeFile(file), ...one })));
}

async function readState(planned: Plan, file: string): Promise<Result<FitState | undefined>> {
  if (!existsSync(file)) return success(undefined);
  const bytes = await readBytes(file);
  if (!bytes.ok) return bytes;
  const { readCheckpoint } = await import('../flow/index.js');
  const state = readCheckpoint(planned, bytes.value);
  return state.ok ? state : failure(...state.diagnostics.map((one) => ({ place: wholeFile(file), ...one })));
}

async function writeResults(recipe: Recipe, trained: Trained, folder: string): Promise<Result<string[]>> {
  const { trainingRecord } = await import('../flow/index.js');
  const { writeOnnx } = await import('../nn/index.js');
  const network = await writeWhole(join(folder, `${recipe.name}.onnx`), await writeOnnx(trained.network));
  if (!network.ok) return network;
  const text = `${JSON.stringify(trainingRecord(recipe, trained), null, 2)}\n`;
  const record = await writeWhole(join(folder, `${recipe.name}.json`), text);
  return record.ok ? success([network.value, record.value]) : record;
}

function printTrained(
  { name }: Recipe,
  { measured, state }: Trained,
  files: readonly string[],
  seconds: number,
): void {
  const shown = ({ accuracy, ci95 }: { accuracy: number; ci95: readonly number[] }): string =>
    `${percent(accuracy)} (95 %: ${ci95.map(percent).join(' to ')})`;
  print(
    table([
      ['network', name],
      ['parameters', String(state.weights.length)],
      [`right of ${measured.samples} test samples`, shown(measured)],
      ...(measured.stored ? [['with weights as stored', shown(measured.stored)]] : []),
      ['seconds', seconds.toFixed(1)],
      ['files', files.join(' ')],
    ]),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
