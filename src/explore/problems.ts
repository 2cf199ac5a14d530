import { fault, suggest, toolMissing, type Diagnostic, type Place } from '../base/index.js';
import type { FormulaText } from './formula.js';

/** The faults of points and sweeps, and how they are told. */

export function badField(place: Place, path: string, due: string): Diagnostic {
  return fault('bad-point', `${path} must be ${due}`, { place });
}

export function unknownField(place: Place, path: string, name: string, known: readonly string[]): Diagnostic {
  return fault('bad-point', `${path} has no field \`${name}\``, { place, hint: suggest(name, known) });
}

export function badFormula(place: Place | undefined, text: string, why: string): Diagnostic {
  return fault('bad-formula', `\`${text}\` is not a formula: ${why}`, { place });
}

export function badUnits(place: Place | undefined, text: string, why: string): Diagnostic {
  return fault('bad-formula', `the units of \`${text}\` do not go together: ${why}`, {
    place,
    hint: 'compare like with like, and name the unit of what is to be a number: `energy * delay to fJ ns`',
  });
}

export function forbidden(place: Place | undefined, what: string, functions: readonly string[]): Diagnostic {
  return fault('bad-formula', `a formula has no ${what}`, {
    place,
    hint: `there is arithmetic, comparisons, and, or, not, c ? x : y, units, and ${functions.join(', ')}`,
  });
}

export function notANumber(place: Place | undefined, name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-name', `there is no variable, measure or unit \`${name}\` here`, {
    place,
    hint: suggest(name, known),
  });
}

export function quantityUnmeasured(place: Place | undefined, name: string, source: string): Diagnostic {
  const isVariable = source === 'clockPs';
  return fault('unknown-name', `\`${name}\` has no value here: there is no \`${source}\``, {
    place,
    hint: isVariable ? `add a variable, as \`${source} in [500, 1000]\`` : `add \`measure ${source}\``,
  });
}

export function variableTwice(name: string): Diagnostic {
  return fault('defined-twice', `variable \`${name}\` is defined twice`);
}

export function emptyVariable(name: string): Diagnostic {
  return fault('bad-sweep', `variable \`${name}\` has no values`);
}

export function laterVariable(place: Place | undefined, name: string, later: string): Diagnostic {
  return fault(
    'bad-sweep',
    `whether there is \`${name}\` cannot depend on \`${later}\`, which is chosen later`,
    {
      place,
      hint: `write \`${later}\` before \`${name}\``,
    },
  );
}

export function tooManyVariables(count: number, most: number): Diagnostic {
  return fault('bad-sweep', `a search by Sobol's sequence takes at most ${most} variables, not ${count}`, {
    hint: 'take search(latin, …) or search(random, …)',
  });
}

export function notACondition({ text, place }: FormulaText): Diagnostic {
  return fault('bad-formula', `\`${text}\` is neither true nor false`, { place });
}

export function noDuckdb(): Diagnostic {
  return fault(toolMissing, 'sweeps keep their points with DuckDB, which is not installed', {
    hint: 'npm install @duckdb/node-api',
  });
}

export function storeInUse(folder: string): Diagnostic {
  return fault('store-in-use', `another process has the store ${folder} open`, {
    hint: 'wait until it has finished, or give another --store',
  });
}

export function notAStore(folder: string): Diagnostic {
  return fault('not-a-store', `there is no store of a sweep in ${folder}`, {
    hint: '`bitloom sweep FILE --store DIR` makes one',
  });
}

export function storeUnusable(folder: string, why: string): Diagnostic {
  return fault('store-unusable', `the store ${folder} cannot be used: ${why}`);
}

export function badQuery(why: string): Diagnostic {
  return fault('bad-query', why.trim(), {
    hint: 'the view `points` has a column for each variable and measure',
  });
}

export function noQueue(): Diagnostic {
  return fault(toolMissing, 'queues need BullMQ and ioredis, which are not installed', {
    hint: 'npm install bullmq ioredis',
  });
}

export function queueUnreachable(url: string, why: string): Diagnostic {
  return fault('queue-unreachable', `there is no Redis at ${url}: ${why}`, {
    hint: 'start redis-server or valkey-server, and give redis://HOST:PORT',
  });
}

export function otherTools(own: string, others: readonly string[]): Diagnostic {
  return fault(
    'other-tools',
    `this worker is ${own}, but the sweeps on the queue are of ${others.join(' and ')}`,
    {
      hint: 'install the version that runs the sweep',
    },
  );
}
