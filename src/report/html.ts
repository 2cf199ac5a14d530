/** HTML that may stand as it is: made of the literals of our own templates, with everything put in escaped. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[];

/** HTML with every value in it escaped, but for what is HTML already. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    html: literals.map((literal, i) => literal + (i < parts.length ? textOf(parts[i]!) : '')).join(''),
  };
}

/** Text that is HTML already. */
export function trusted(text: string): Html {
  return { html: text };
}

function textOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map((each) => each.html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text with what HTML and XML take for their own written out, and without the control characters that XML forbids. */
export function escaped(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '�').replace(/[&<>"']/g, (sign) => entities[sign]!);
}

/** A value for a `<script type="application/json">`: nothing in it can end the element. */
export function scriptJson(value: unknown): Html {
  return trusted(JSON.stringify(value).replace(/</g, '\\u003c'));
}
