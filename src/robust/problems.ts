import { fault, nearest, wholeFile, type Diagnostic } from '../base/index.js';

export function badCurve(file: string, why: string): Diagnostic {
  const hint = 'see tech/sram/14nm.json: rising voltages with falling rates and rising energies';
  return fault('robust-curve', `this is no voltage curve: ${why}`, { place: wholeFile(file), hint });
}

export function outsideCurve(name: string, voltage: number, least: number): Diagnostic {
  return fault('robust-voltage', `${voltage} lies below what the curve \`${name}\` was measured at`, {
    hint: `voltages are relative; the least one here is ${least}`,
  });
}

export function badMap(file: string, at: string, why: string): Diagnostic {
  const message = `this is no map of faulty cells: ${at === '' ? '' : `${at}: `}${why}`;
  const hint = 'each line: the address of a word, a bit, and the voltage below which the cell fails';
  return fault('robust-map', message, { place: wholeFile(file), hint });
}

export function noScores(dims: readonly number[], classes: number): Diagnostic {
  const message = `the network gives [${dims.join(', ')}], not scores for ${classes} classes`;
  return fault('robust-result', message, { hint: 'the test error needs an output [images, classes]' });
}

export function nothingStored(): Diagnostic {
  return fault('robust-weights', 'the network has no weights in float32 that a memory could hold');
}

export function notFiniteWeights(name: string): Diagnostic {
  return fault('robust-weights', `the weights \`${name}\` hold infinity or NaN, which has no code`);
}

export function outOfRange(option: string, value: number | string, what: string): Diagnostic {
  return fault('robust-option', `${option} is ${value}, and must be ${what}`);
}

export function codesTooWide(name: string, bits: number, most: number): Diagnostic {
  return fault('robust-scheme', `codes of \`${name}\` have ${bits} bits`, {
    hint: `stored codes have at most ${most}`,
  });
}

export function noScales(name: string): Diagnostic {
  return fault('robust-option', `\`${name}\` has no scales that could be protected`, {
    hint: 'leave out --protect-what, or store the weights in blocks, as --scheme mxint8',
  });
}

export function notOfBuffers(option: string, why: string): Diagnostic {
  return fault('robust-option', `${option} is of weights, and not of a buffer`, {
    hint: `leave it out, or give --where weights: ${why}`,
  });
}

export function notTransient(option: string): Diagnostic {
  return fault('robust-option', `${option} is of cells that stay faulty, and not of transient flips`, {
    hint: 'leave it out, or give another --faults',
  });
}

export function noBuffers(): Diagnostic {
  return fault('robust-buffers', 'the network has no layers in integers whose buffers could be faulty');
}

export function sumsTooWide(layer: string, needed: number, bits: number): Diagnostic {
  return fault(
    'robust-buffers',
    `sums of the layer \`${layer}\` may need ${needed} bits, and a word has ${bits}`,
    {
      hint: `give --sum-bits ${needed}, up to 32, or codes of fewer --bits`,
    },
  );
}

export function unknownScheme(name: string, ladder: readonly string[]): Diagnostic {
  const near = nearest(name, ladder);
  const hint =
    near === undefined
      ? `there are ${ladder.join(', ')}, and formats, as int(4), fp8_e4m3, mxint8, nvfp4, vsq(int(4), 16, uint(4))`
      : `did you mean \`${near}\`?`;
  return fault('robust-scheme', `there is no scheme \`${name}\``, { hint });
}
