import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import { memoryLimits } from '../memory.js';
import { partRoles, type Element, type LogicPart, type Part, type Workload } from './element.js';
import { badElement, badField, unknownField } from './problems.js';

type Fields = Readonly<Record<string, unknown>>;

/** A check of one field: what it must be, and whether it is. */
interface Rule {
  readonly must: string;
  readonly holds: (value: unknown) => boolean;
  readonly optional?: boolean;
}

const text: Rule = { must: 'a name', holds: (value) => typeof value === 'string' && value !== '' };
const positive: Rule = { must: 'a number above 0', holds: (value) => isNumber(value) && value > 0 };
const flag: Rule = { must: 'true or false', holds: (value) => typeof value === 'boolean' };
const fields: Rule = { must: 'an object', holds: isFields };
const share: Rule = {
  must: 'above 0 and at most 1',
  holds: (value) => isNumber(value) && value > 0 && value <= 1,
};
const chance: Rule = {
  must: 'a chance from 0 to 1',
  holds: (value) => isNumber(value) && value >= 0 && value <= 1,
};
const period: Rule = {
  must: 'a number of cycles, at least 1',
  holds: (value) => isNumber(value) && value >= 1,
};
const role: Rule = {
  must: `one of ${partRoles.join(', ')}`,
  holds: (value) => (partRoles as readonly unknown[]).includes(value),
};
const count = (most: number): Rule => ({
  must: `an integer from 1 to ${most}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most,
});
const optional = (rule: Rule): Rule => ({ ...rule, optional: true });

const head = { name: text, role, count: optional(count(65536)) };
const array = { words: count(memoryLimits.words), width: count(memoryLimits.width) };
const access = { readEvery: optional(period), writeEvery: optional(period) };

const elementRules = {
  schema: optional({ must: '1', holds: (value) => value === 1 }),
  name: text,
  about: optional(text),
  clockPs: positive,
  macsPerCycle: positive,
  parts: {
    must: 'a list of at least one part',
    holds: (value) => Array.isArray(value) && value.length > 0,
  },
  inference: optional(fields),
} satisfies Record<string, Rule>;

const workloadRules = { macs: positive, utilisation: share } satisfies Record<string, Rule>;

/** The rules of a part, by the field that says what it is. */
const partRules = {
  design: {
    ...head,
    design: text,
    parameters: optional(fields),
    busyEvery: optional(period),
    gated: optional(flag),
    density: optional(chance),
  },
  memory: { ...head, memory: fields, ...access },
  registers: { ...head, registers: fields, ...access, gated: optional(flag) },
} satisfies Record<string, Record<string, Rule>>;

const shapeRules = {
  memory: { ...array, ports: optional(count(16)) },
  registers: array,
} satisfies Record<string, Record<string, Rule>>;

/**
 * A processing element from the text of its file; docs/processing-elements.md says what stands in it.
 *
 * @returns the element, or all that is wrong with the file
 */
export function parseElement(file: string, source: string): Result<Element> {
  const read = parsed(source);
  if (typeof read === 'string') return failure(badElement(file, read));
  const parts = Array.isArray(read['parts']) ? (read['parts'] as readonly unknown[]) : [];
  const wrong = [
    ...faultsOf(file, '', read, elementRules),
    ...(isFields(read['inference']) ? faultsOf(file, 'inference', read['inference'], workloadRules) : []),
    ...parts.flatMap((part, at) => partFaults(file, `parts[${at}]`, part)),
  ];
  if (wrong.length > 0) return failure(...wrong);
  return success({
    ...(read as unknown as Element),
    inference: read['inference'] as Workload | undefined,
    parts: (parts as readonly Fields[]).map(partOf),
  });
}

function parsed(source: string): Fields | string {
  try {
    const read = JSON.parse(source) as unknown;
    return isFields(read) ? read : 'it must be an object';
  } catch (error) {
    return (error as Error).message;
  }
}

function partFaults(file: string, path: string, part: unknown): Diagnostic[] {
  if (!isFields(part)) return [badField(file, path, 'an object')];
  const kinds = (Object.keys(partRules) as (keyof typeof partRules)[]).filter((kind) => kind in part);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return [badField(file, path, 'a part with one of `design`, `memory` and `registers`')];
  const shape = kind === 'design' ? undefined : part[kind];
  return [
    ...faultsOf(file, path, part, partRules[kind]),
    ...(kind !== 'design' && isFields(shape)
      ? faultsOf(file, `${path}.${kind}`, shape, shapeRules[kind])
      : []),
  ];
}

function faultsOf(file: string, path: string, given: Fields, rules: Record<string, Rule>): Diagnostic[] {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const unknown = Object.keys(given).filter((name) => !(name in rules));
  const wrong = Object.entries(rules).filter(([name, rule]) => {
    const value = given[name];
    return value === undefined ? !rule.optional : !rule.holds(value);
  });
  return [
    ...unknown.map((name) =>
      unknownField(file, path === '' ? 'the element' : `\`${path}\``, name, Object.keys(rules)),
    ),
    ...wrong.map(([name, { must }]) => badField(file, at(name), must)),
  ];
}

function partOf(given: Fields): Part {
  const { memory, registers, count: many = 1, ...rest } = given;
  const own = { ...rest, count: many };
  if (isFields(memory)) return { kind: 'memory', ports: 1, ...memory, ...own } as unknown as Part;
  if (isFields(registers))
    return { kind: 'registers', gated: false, ...registers, ...own } as unknown as Part;
  const preset = { parameters: {}, busyEvery: 1, gated: false, density: 0.5 } satisfies Partial<LogicPart>;
  return { kind: 'logic', ...preset, ...own } as unknown as Part;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
