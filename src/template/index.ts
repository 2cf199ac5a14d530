import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type HandlebarsModule from 'handlebars';

const folder = new URL('../../templates/', import.meta.url);
const compiled = new Map<string, HandlebarsModule.TemplateDelegate>();
let handlebars: typeof HandlebarsModule | undefined;

/**
 * The text of `templates/<name>.hbs` with the model's values in it. A name that the model lacks throws: templates
 * and models are both ours. Values are escaped only in templates whose name ends in `.html`.
 */
export function render(name: string, model: unknown): string {
  let template = compiled.get(name);
  if (!template) {
    // Loaded here, as most commands render nothing and should start at once.
    handlebars ??= createRequire(import.meta.url)('handlebars') as typeof HandlebarsModule;
    const text = readFileSync(new URL(`${name}.hbs`, folder), 'utf8');
    template = handlebars.compile(text, { strict: true, noEscape: !name.endsWith('.html') });
    compiled.set(name, template);
  }
  return template(model);
}
