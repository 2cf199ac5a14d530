/**
 * What a JSON value must look like: what ends in `?`, a kind or a name, may be missing or null; an object may have more than is named; a list
 * is of one shape.
 */
export type Shape =
  'number' | 'text' | 'number?' | 'text?' | readonly [Shape] | { readonly [name: string]: Shape };

/** Where a value is not of a shape: `path must be a number`, one text for each place. */
export function misshapen(value: unknown, shape: Shape, path = 'the document'): string[] {
  if (typeof shape === 'string') return isOf(value, shape) ? [] : [`${path} must be ${names[shape]}`];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${path} must be a list`];
    return value.flatMap((one, at) => misshapen(one, shape[0], `${path}[${at}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path} must be an object`];
  const own = value as Readonly<Record<string, unknown>>;
  const below = (name: string): string => (path === 'the document' ? name : `${path}.${name}`);
  return Object.entries(shape).flatMap(([key, part]) => {
    const name = key.replace(/\?$/, '');
    const isAbsent = key !== name && (own[name] === undefined || own[name] === null);
    return isAbsent ? [] : misshapen(own[name], part, below(name));
  });
}

const names = { number: 'a number', 'number?': 'a number', text: 'text', 'text?': 'text' };

function isOf(value: unknown, shape: keyof typeof names): boolean {
  if (shape.endsWith('?') && (value === undefined || value === null)) return true;
  return shape.startsWith('number') ? Number.isFinite(value) : typeof value === 'string';
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
