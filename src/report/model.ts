/** A report: plain data that Markdown and HTML are made of. No dates, so that the same results give the same text. */
export interface Report {
  readonly schema: 1;
  readonly title: string;
  /** The badge under the title: what was verified, or that it was not. */
  readonly verdict: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly text: readonly string[];
  readonly tables: readonly Table[];
}

/** Rows under columns; a cell is text, with its unit where it is a figure. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
