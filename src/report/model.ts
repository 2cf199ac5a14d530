/** A report: plain data that Markdown and HTML are made of. No dates, so that the same results give the same text. */
export interface Report {
  readonly schema: 2;
  readonly title: string;
  readonly verdict: Badge;
  readonly sections: readonly Section[];
}

/** The badge under the title: what was verified, or that it was not. */
export interface Badge {
  readonly text: string;
  readonly state: 'good' | 'bad' | 'unknown';
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = TextBlock | FiguresBlock | TableBlock | PlotBlock | DrawingBlock | CodeBlock;

/** A paragraph. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
}

/** The few figures that are looked at first. */
export interface FiguresBlock {
  readonly kind: 'figures';
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly label: string;
  /** With its unit. */
  readonly value: string;
  /** Where it comes from. */
  readonly source: string;
}

/** null where there is no value. */
export type Cell = string | number | null;

/** Rows under columns; names of columns end in their unit where they have one. */
export interface Data {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface TableBlock {
  readonly kind: 'table';
  readonly name: string;
  readonly data: Data;
  readonly source: string;
}

/** A picture of data; marks name columns by their position. */
export interface PlotBlock {
  readonly kind: 'plot';
  readonly name: string;
  readonly data: Data;
  readonly mark: Mark;
  readonly source: string;
}

export type Mark = Lines | Bars | Points | Treemap;

/** Columns over a column of numbers. */
export interface Lines {
  readonly kind: 'lines';
  readonly x: number;
  readonly logX?: boolean;
  readonly yName: string;
  readonly series: readonly LineSeries[];
}

export interface LineSeries {
  readonly name: string;
  readonly y: number;
  /** Columns with the ends of an interval around it. */
  readonly band?: readonly [low: number, high: number];
}

/** Columns over a column of names. */
export interface Bars {
  readonly kind: 'bars';
  readonly x: number;
  readonly yName: string;
  readonly ys: readonly number[];
  readonly stacked?: boolean;
}

/** A point a row, those on the front before the others; the reader can choose other axes. */
export interface Points {
  readonly kind: 'points';
  readonly x: number;
  readonly y: number;
  /** A column that holds `yes` or `no`. */
  readonly front: number;
  /** Whether a line joins the front: where it has these two axes only. */
  readonly joined: boolean;
}

/** Areas by the value of a row; names and, above them, groups. */
export interface Treemap {
  readonly kind: 'treemap';
  readonly group: number;
  readonly name: number;
  readonly value: number;
}

/** Something drawn, as SVG with everything of a user's escaped. */
export interface DrawingBlock {
  readonly kind: 'drawing';
  readonly name: string;
  readonly svg: string;
  readonly source: string;
}

/** A file, line by line, for drawings to point into. */
export interface CodeBlock {
  readonly kind: 'code';
  /** What ids of its lines begin with: no other file of the report has the same. */
  readonly id: string;
  readonly file: string;
  readonly text: string;
}

/** A file to look into; `scope` tells it from others of the same name. */
export function code(file: string, text: string, scope: string): CodeBlock {
  return { kind: 'code', id: fileId(file, scope), file, text };
}

/** The id of a file's lines, without what has a meaning in links. */
export function fileId(file: string, scope: string): string {
  return `file-${`${scope}${file}`.replace(/[^\w.-]/g, (sign) => `~${sign.codePointAt(0)!.toString(16)}`)}`;
}

/** The id of a line, from 1, of a file of that id. */
export function lineId(file: string, line: number): string {
  return `${file}-${line}`;
}

export function text(text: string): TextBlock {
  return { kind: 'text', text };
}

export function table(name: string, data: Data, source: string): TableBlock {
  return { kind: 'table', name, data, source };
}

export function plot(name: string, data: Data, mark: Mark, source: string): PlotBlock {
  return { kind: 'plot', name, data, mark, source };
}
