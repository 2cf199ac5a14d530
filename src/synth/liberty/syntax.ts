/** Liberty as it is written: groups of attributes and groups, without any meaning yet. */
export interface Group {
  readonly name: string;
  readonly args: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly groups: readonly Group[];
  /** Where the group's name stands in the text. */
  readonly offset: number;
}

/** `name : value ;` has one value, `name (a, b) ;` has as many as are written. Quotes are taken off. */
export interface Attribute {
  readonly name: string;
  readonly values: readonly string[];
  readonly offset: number;
}

/** The first value of the attribute `name`, or undefined where the group has none. The last one written counts. */
export function attribute(group: Group, name: string): string | undefined {
  return values(group, name)?.[0];
}

/** All values of the attribute `name`. */
export function values(group: Group, name: string): readonly string[] | undefined {
  return group.attributes.findLast((one) => one.name === name)?.values;
}

/** The attribute `name` as a number; undefined where there is none or it is not a number. */
export function numeric(group: Group, name: string): number | undefined {
  const text = attribute(group, name);
  const number = text === undefined || text === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** The groups called `name` inside a group. */
export function groupsOf(group: Group, name: string): readonly Group[] {
  return group.groups.filter((one) => one.name === name);
}

/** The numbers of lists such as `"1, 2, 3"`, several of them in a row. */
export function numbers(texts: readonly string[]): number[] {
  return texts
    .join(' ')
    .split(/[\s,\\]+/)
    .filter((text) => text !== '')
    .map(Number);
}
