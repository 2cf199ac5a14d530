/** An element of XML: its name, its attributes, and either text or elements inside. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly inside: string | readonly Element[];
}

/** An element with text inside, or with elements. */
export function element(
  name: string,
  inside: string | readonly Element[],
  attributes: Readonly<Record<string, string>> = {},
): Element {
  return { name, attributes, inside };
}

/** A document with that element, in UTF-8; characters that XML 1.0 has no way to say are left out. */
export function printXml(root: Element): string {
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines(root), ''].join('\n');
}

function lines({ name, attributes, inside }: Element): string[] {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const start = `<${name}${given.join('')}`;
  if (inside.length === 0) return [`${start}/>`];
  if (typeof inside === 'string') return [`${start}>${escaped(inside)}</${name}>`];
  return [`${start}>`, ...inside.flatMap(lines).map((line) => `  ${line}`), `</${name}>`];
}

function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
