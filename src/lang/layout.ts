/**
 * Text with places where lines may be broken, after Wadler's "A prettier printer" (2003): a group is set on one line
 * if it fits, and else broken at its own line breaks.
 */
export type Layout = string | Sequence | Line | Group | Indent | Fill;

interface Measured {
  /** Characters on one line; infinite if it holds a forced break. */
  readonly flat: number;
}

interface Sequence extends Measured {
  readonly kind: 'sequence';
  readonly parts: readonly Layout[];
}

/** A line break, or `flatText` where the group around it is set on one line. */
interface Line extends Measured {
  readonly kind: 'line';
  readonly flatText: string;
}

interface Group extends Measured {
  readonly kind: 'group';
  readonly inner: Layout;
}

interface Indent extends Measured {
  readonly kind: 'indent';
  readonly inner: Layout;
}

/** Parts with a blank between, and line breaks only where the next does not fit. */
interface Fill extends Measured {
  readonly kind: 'fill';
  readonly parts: readonly Layout[];
}

const lineWidth = 100;
const indentWidth = 2;

export function sequence(...parts: readonly Layout[]): Layout {
  return all(parts);
}

/** As `sequence`, for any number of parts. */
export function all(parts: readonly Layout[]): Layout {
  return { kind: 'sequence', parts, flat: parts.reduce((sum: number, part) => sum + flatOf(part), 0) };
}

/** A break that is a blank, or nothing, on one line. */
export function line(flatText: ' ' | ''): Layout {
  return { kind: 'line', flatText, flat: flatText.length };
}

/** A break in every case. */
export const hardLine: Layout = { kind: 'line', flatText: '', flat: Infinity };

export function group(inner: Layout): Layout {
  return { kind: 'group', inner, flat: flatOf(inner) };
}

export function indent(inner: Layout): Layout {
  return { kind: 'indent', inner, flat: flatOf(inner) };
}

export function fill(parts: readonly Layout[]): Layout {
  const flat = parts.reduce((sum: number, part) => sum + flatOf(part), parts.length - 1);
  return { kind: 'fill', parts, flat };
}

/** The parts with `separator` between. */
export function joined(parts: readonly Layout[], separator: Layout): Layout {
  return all(parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])));
}

function flatOf(layout: Layout): number {
  return typeof layout === 'string' ? layout.length : layout.flat;
}

/** The layout as text, without blanks at line ends. */
export function render(layout: Layout): string {
  const out: string[] = [];
  let column = 0;

  function write(text: string): void {
    out.push(text);
    const lastBreak = text.lastIndexOf('\n');
    column = lastBreak < 0 ? column + text.length : text.length - lastBreak - 1;
  }

  function set(layout: Layout, depth: number, flat: boolean): void {
    if (typeof layout === 'string') return write(layout);
    switch (layout.kind) {
      case 'sequence':
        return layout.parts.forEach((part) => set(part, depth, flat));
      case 'line':
        return write(flat ? layout.flatText : `\n${' '.repeat(depth * indentWidth)}`);
      case 'group':
        return set(layout.inner, depth, flat || fits(layout));
      case 'indent':
        return set(layout.inner, depth + 1, flat);
      case 'fill':
        return setFill(layout.parts, depth, flat);
    }
  }

  function setFill(parts: readonly Layout[], depth: number, flat: boolean): void {
    parts.forEach((part, i) => {
      // One more for the comma or bracket behind.
      const broken = !flat && column + 2 + flatOf(part) > lineWidth;
      if (i > 0) write(broken ? `\n${' '.repeat(depth * indentWidth)}` : ' ');
      set(part, depth, flat);
    });
  }

  function fits(layout: Layout): boolean {
    return column + flatOf(layout) <= lineWidth;
  }

  set(layout, 0, false);
  return out.join('').replace(/[ \t]+$/gm, '');
}
