import { fault, suggest, type Diagnostic, type Place } from '../base/index.js';
import { limits } from './limits.js';

/** The faults that a design text can have by itself, and how they are told. Those of values are the builder's. */

export function unexpected(at: Place, expected: string, found: string, hint?: string): Diagnostic {
  return fault('syntax', `expected ${expected}, but found ${found}`, { place: at, hint });
}

export function strayCharacters(at: Place, text: string): Diagnostic {
  const shown = JSON.stringify(text.slice(0, 12)).slice(1, -1);
  return fault('syntax', `\`${shown}\` has no meaning in a design`, { place: at });
}

export function badNumber(at: Place, image: string): Diagnostic {
  const hint = /^\d+\.\d+$/.test(image)
    ? 'numbers are integers; a fixed-point value is an integer with a format: reinterpret(…, to: fixed(…))'
    : 'write 255, 1_000, 0xff or 0b1010';
  return fault('syntax', `\`${image.slice(0, 24)}\` is not a number`, { place: at, hint });
}

export function openComment(at: Place): Diagnostic {
  return fault('syntax', 'this comment never ends', { place: at, hint: 'close it with `*/`' });
}

export function notText(at: Place, file: string): Diagnostic {
  return fault('not-text', `${file} is not a text file`, { place: at, hint: 'give a design, as FILE.dp' });
}

export function tooLong(at: Place, characters: number): Diagnostic {
  const most = limits.characters.toLocaleString('en');
  return fault('too-large', `the text has ${characters.toLocaleString('en')} characters, more than ${most}`, {
    place: at,
  });
}

export function noDatapath(at: Place): Diagnostic {
  return fault('no-datapath', 'there is no datapath in this file', {
    place: at,
    hint: 'write `datapath NAME { in …  out … }`',
  });
}

/** What stands in a sweep where something else is due. */
export function badSweep(at: Place, message: string, hint?: string): Diagnostic {
  return fault('bad-sweep', message, { place: at, hint });
}

/** Nesting that no parser or reader should have to follow. */
export function tooDeep(at: Place, what: string, most: number): Diagnostic {
  return fault('too-deep', `${what} deeper than ${most}`, {
    place: at,
    hint: 'give parts of it a name with `let`',
  });
}

/** More of something than a design may have. */
export function tooLarge(what: string, most: number, at?: Place): Diagnostic {
  return fault('too-large', `${what} than ${most.toLocaleString('en')}`, { place: at });
}

export function tooManyFaults(at: Place | undefined): Diagnostic {
  return fault('too-many', `there are more errors than the ${limits.faults} told`, {
    place: at,
    hint: 'mend the first ones, then check again',
  });
}

export function longName(at: Place, characters: number): Diagnostic {
  return fault('too-large', `this name has ${characters} characters, more than ${limits.nameCharacters}`, {
    place: at,
  });
}

export function badDomain(at: Place): Diagnostic {
  return fault('syntax', 'this is not what a parameter can range over', {
    place: at,
    hint: 'write a range as 1..16, `bool`, `format`, `list`, or choices as `down | up`',
  });
}

export function emptyRange(at: Place, least: number, most: number): Diagnostic {
  return fault('out-of-range', `the range ${least}..${most} is empty`, { place: at });
}

export function definedTwice(at: Place, name: string, line: number): Diagnostic {
  return fault('defined-twice', `\`${name}\` is already defined on line ${line}`, {
    place: at,
    hint: 'use another name',
  });
}

/** A name with a meaning of its own in the language. */
export function takenName(at: Place, name: string, meaning: string): Diagnostic {
  return fault('reserved-name', `\`${name}\` cannot be a name here: it is ${meaning}`, {
    place: at,
    hint: 'use another name',
  });
}

export function definedLater(name: string, line: number, what: string): Diagnostic {
  return fault('defined-later', `\`${name}\` is defined later, on line ${line}`, {
    hint: `move that ${what} above this one`,
  });
}

/** A loop of lets that no register breaks. `names` in order, each depending on the next and the last on the first. */
export function dependencyLoop(names: readonly string[]): Diagnostic {
  const quoted = names.slice(0, 8).map((name) => `\`${name}\``);
  if (names.length > 8) quoted.push(`${names.length - 8} more`);
  const message =
    quoted.length === 1
      ? `${quoted[0]} depends on itself without a register between`
      : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)} depend on each other without a register between`;
  return fault('loop', message, { hint: 'add a `reg`' });
}

export function typeLoop(name: string): Diagnostic {
  return fault('loop', `the type of \`${name}\` depends on \`${name}\` itself`, { hint: 'write its width' });
}

export function callsLater(name: string, line: number, self: boolean): Diagnostic {
  const message = self ? `\`${name}\` cannot call itself` : `\`${name}\` is defined later, on line ${line}`;
  return fault('defined-later', message, { hint: 'a datapath calls only those that stand before it' });
}

export function notReadable(name: string): Diagnostic {
  return fault('unknown-name', `\`${name}\` is an output, which cannot be read`, {
    hint: `give the value a name with \`let\`, and write \`out ${name}\` with that`,
  });
}

export function unknownValue(name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-name', `there is nothing called \`${name}\``, { hint: suggest(name, known) });
}

export function uncalled(name: string, what: string): Diagnostic {
  return fault('unknown-name', `\`${name}\` is ${what}, which is called: \`${name}(…)\``);
}

export function notConstant(what: string, found: string): Diagnostic {
  return fault('not-constant', `${what} must be known when the design is made, but is ${found}`);
}

export function wrongUse(what: string, due: string, found: string): Diagnostic {
  return fault('type-mismatch', `${what} must be ${due}, but is ${found}`);
}

export function wrongCount(callee: string, due: string, found: number): Diagnostic {
  return fault('wrong-arguments', `\`${callee}\` takes ${due}, but is given ${found}`);
}

export function missingArgument(callee: string, due: string): Diagnostic {
  return fault('wrong-arguments', `\`${callee}\` needs ${due}`);
}

export function eitherArgument(callee: string, a: string, b: string): Diagnostic {
  return fault('wrong-arguments', `\`${callee}\` takes \`${a}\` or \`${b}\`, not both`);
}

export function lateValue(callee: string): Diagnostic {
  return fault('wrong-arguments', `the values of \`${callee}\` come before its named arguments`);
}

export function severalOutputs(names: readonly string[], isRecord = false): Diagnostic {
  const what = isRecord ? 'fields' : 'outputs';
  return fault('several-outputs', `this has the ${what} ${names.map((name) => `\`${name}\``).join(', ')}`, {
    hint: `take one of them, as in \`….${names[0]}\``,
  });
}

export function notAVector(found: string): Diagnostic {
  return fault('type-mismatch', `what is indexed must be a vector, but is ${found}`, {
    hint: 'for one bit of a word write x[3:3]',
  });
}

export function noOutputsHere(found: string): Diagnostic {
  return fault(
    'type-mismatch',
    `what stands before \`.\` must be a called datapath or a record, but is ${found}`,
  );
}

export function zeroDivisor(): Diagnostic {
  return fault('out-of-range', 'the divisor is 0');
}

export function noRightShift(): Diagnostic {
  return fault('loses-bits', '`>>` would lose bits without saying so', {
    hint: 'write truncate(x, drop: n), or round(x, drop: n, mode: …)',
  });
}

export function noDivider(operator: string): Diagnostic {
  return fault('not-constant', `\`${operator}\` is for integers that are known when the design is made`, {
    hint: 'by a power of two: truncate(x, drop: n), or round(x, drop: n, mode: …)',
  });
}

export function pipelinedTwice(at: Place, line: number): Diagnostic {
  return fault('defined-twice', `the pipeline is already given on line ${line}`, { place: at });
}

export function stagesAndClock(): Diagnostic {
  return fault('pipeline', 'the stages are given, and a clock to find them for', {
    hint: 'leave one out: pipeline(stages: 3), or pipeline(clock: 800 ps, tech: asap7)',
  });
}

export function clockUnit(found: string | undefined): Diagnostic {
  const message = found === undefined ? 'the clock has no unit' : `\`${found}\` is no unit of a clock`;
  return fault('pipeline', message, { hint: 'a period in ps or ns, as clock: 800 ps' });
}

export function strayUnit(unit: string): Diagnostic {
  return fault('pipeline', `\`${unit}\` is not expected here`, { hint: 'only `clock` has a unit' });
}

export function clockedStreams(module: string): Diagnostic {
  return notWithStreams(
    `the stages of \`${module}\` are not found for a clock where a datapath has streams`,
    'give their number, as pipeline(stages: 3)',
  );
}

export function unnamedField(): Diagnostic {
  return fault('syntax', 'every field of a record has a name', { hint: 'write {a: x, b: y}' });
}

export function notWithStreams(what: string, hint: string): Diagnostic {
  return fault('stream', what, { hint });
}

export function onlyStreams(name: string): Diagnostic {
  return notWithStreams(
    `output \`${name}\` is no stream, but the datapath has streams in`,
    'what it gives comes word by word too: write `stream out`',
  );
}

export function noStreamsIn(name: string): Diagnostic {
  return notWithStreams(
    `output \`${name}\` is a stream, but the datapath has no stream in`,
    'write `out`, or `stream in` for what it comes from',
  );
}

export function whenWithoutStream(): Diagnostic {
  return notWithStreams('only streams and registers have a `when`', 'write `stream out`');
}

export function streamsCalled(name: string): Diagnostic {
  return notWithStreams(
    `\`${name}\` has streams, and cannot be called`,
    'put what it does for one word into a datapath without streams, and call that from both',
  );
}

export function unitMisused(name: string): Diagnostic {
  return notWithStreams(
    `\`${name}\` works at its own pace, by valid and ready`,
    `hand its words on as they are: stream out y = ${name}(x), with \`x\` a stream in or another such unit`,
  );
}

export function unitBeside(name: string): Diagnostic {
  return notWithStreams(
    `stream \`${name}\` is computed here, beside units that work at their own pace`,
    'make it a datapath of its own',
  );
}

export function streamTaken(name: string, times: number): Diagnostic {
  return times === 0
    ? notWithStreams(`nothing takes the words of stream \`${name}\``, 'give it to a unit, or leave it out')
    : notWithStreams(`the words of stream \`${name}\` are taken twice`, 'each goes to one place only');
}

export function fieldsDiffer(unit: string, due: readonly string[], found: readonly string[]): Diagnostic {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return fault('type-mismatch', `\`${unit}\` takes words of ${list(due)}, but is given ${list(found)}`);
}

export function unitsPipelined(): Diagnostic {
  return notWithStreams('units that work at their own pace have stages of their own', 'leave `pipeline` out');
}
