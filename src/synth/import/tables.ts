import { attribute, groupsOf, numbers, values, type Group } from '../liberty/syntax.js';
import { lookUp, type Grid } from '../tables.js';

/** Templates of a library's tables by name. */
export type Templates = ReadonlyMap<string, Group>;

export function templatesOf(library: Group): Templates {
  const all = ['lu_table_template', 'power_lut_template'].flatMap((kind) => groupsOf(library, kind));
  return new Map(all.map((template) => [template.args[0] ?? '', template]));
}

/** A table's axes by meaning, and its values with the first axis as rows. */
export interface Table extends Grid {
  readonly rowVariable: string;
  readonly columnVariable: string;
}

/** The table group called `name` in `owner`, such as `cell_rise` in a `timing`; undefined where it is missing or ragged. */
export function tableOf(owner: Group, name: string, templates: Templates): Table | undefined {
  const group = groupsOf(owner, name)[0];
  const written = group && values(group, 'values');
  if (!group || !written) return undefined;
  const template = templates.get(group.args[0] ?? '');
  const axis = (key: string): number[] =>
    numbers(values(group, key) ?? (template && values(template, key)) ?? []);
  const cells = numbers(written);
  const rows = axis('index_1');
  const columns = axis('index_2');
  const flat: Grid =
    cells.length === 1
      ? { rows: [0], columns: [0], values: cells }
      : { rows: rows.length ? rows : [0], columns: columns.length ? columns : [0], values: cells };
  if (flat.values.length !== flat.rows.length * flat.columns.length || cells.some(Number.isNaN))
    return undefined;
  return {
    ...flat,
    rowVariable: (template && attribute(template, 'variable_1')) ?? '',
    columnVariable: (template && attribute(template, 'variable_2')) ?? '',
  };
}

/** The value where the variables whose names match `isRow` are `row` and the others `column`, whichever axis they are on. */
export function valueAt(table: Table, isRow: RegExp, row: number, column: number): number {
  const straight = table.rowVariable === '' || isRow.test(table.rowVariable);
  const [first, second] = straight ? [row, column] : [column, row];
  return lookUp(table.rows, table.columns, table.values, first, second);
}

/** Slew and load of the input transition and the output net. */
export const slewVariable = /input_(net_)?transition/;
