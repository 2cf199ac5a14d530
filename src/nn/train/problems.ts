import { fault, suggest, type Diagnostic } from '../../base/index.js';

export function notAnObject(path: string): Diagnostic {
  return fault('recipe-shape', `${path} must be an object, as { … }`);
}

export function unknownField(path: string, name: string, known: readonly string[]): Diagnostic {
  return fault('recipe-unknown', `${path} has no field \`${name}\``, { hint: suggest(name, known) });
}

export function missingField(path: string, name: string): Diagnostic {
  return fault('recipe-missing', `${path} must say \`${name}\``);
}

export function badField(path: string, value: unknown, wanted: string): Diagnostic {
  const shown = JSON.stringify(value);
  const brief = shown !== undefined && shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  return fault('recipe-value', `${path} must be ${wanted}, and is ${brief}`);
}

export function unknownChoice(path: string, value: unknown, known: readonly string[]): Diagnostic {
  return fault('recipe-value', `${path} cannot be ${JSON.stringify(value)}`, {
    hint: typeof value === 'string' ? suggest(value, known) : `known: ${known.join(', ')}`,
  });
}

export function doesNotFit(path: string, shape: readonly number[], wanted: string): Diagnostic {
  return fault('recipe-layers', `${path} takes ${wanted}, and gets [${shape.join(', ')}]`);
}

export function wrongOutputs(shape: readonly number[], classes: number): Diagnostic {
  return fault(
    'recipe-layers',
    `the last layer gives [${shape.join(', ')}], and there are ${classes} classes`,
    {
      hint: `end with { "kind": "dense", "outputs": ${classes} }`,
    },
  );
}

export function residualShapes(
  path: string,
  body: readonly number[],
  shortcut: readonly number[],
): Diagnostic {
  return fault(
    'recipe-layers',
    `${path} adds [${body.join(', ')}] of its body to [${shortcut.join(', ')}] of its shortcut`,
    {
      hint: 'a shortcut of a convolution of size 1 with the stride of the body gives it the same dimensions',
    },
  );
}

export function disagrees(message: string, hint: string): Diagnostic {
  return fault('recipe-value', message, { hint });
}

export function otherRecipe(name: string): Diagnostic {
  return fault('checkpoint-other', `the checkpoint is of another recipe than \`${name}\` is now`, {
    hint: 'train anew with --restart, or set the recipe back',
  });
}

export function damagedCheckpoint(why: string): Diagnostic {
  return fault('checkpoint-damaged', `cannot read the checkpoint: ${why}`, {
    hint: 'train anew with --restart',
  });
}

export function diverged(epoch: number): Diagnostic {
  return fault('train-diverged', `the loss of epoch ${epoch} is no finite number`, {
    hint: 'lower `rate`, or let it rise over some `warmup` steps',
  });
}
