import { fault, suggest, type Diagnostic } from '../../base/index.js';

const example = 'examples/vs-pe.json of the package is an example';

export function badElement(file: string, what: string): Diagnostic {
  return fault('element-file', `${file} is no processing element: ${what}`, { hint: example });
}

export function badField(file: string, path: string, must: string, hint?: string): Diagnostic {
  return fault('element-field', `${file}: \`${path}\` must be ${must}`, { hint: hint ?? example });
}

export function unknownField(file: string, path: string, name: string, known: readonly string[]): Diagnostic {
  return fault('element-field', `${file}: ${path} has no field \`${name}\``, { hint: suggest(name, known) });
}
