import { adderLeaves } from './maps.js';
import type { Source } from './synthesize.js';

/** A module of a source that can be mapped by itself. */
export interface Part {
  readonly name: string;
  /** Its own file, those of leaves that become cells, and empty modules for those it instantiates. */
  readonly files: Readonly<Record<string, string>>;
  /** The modules that it instantiates, leaves aside, each once. */
  readonly children: readonly string[];
}

interface Text {
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly ports: string;
}

/**
 * The modules that the top of a source is made of, those without instances first; undefined where they cannot be told
 * apart by looking: files that do not hold exactly one module each, with its ports declared in the header and without
 * parameters, includes or macros.
 */
export function divide({ files, top }: Source): Part[] | undefined {
  const texts = Object.entries(files).map(([file, text]) => readText(file, text));
  if (!texts.every((text) => text !== undefined)) return undefined;
  const byName = new Map(texts.map((text) => [text.name, text]));
  const parts = new Map<string, Part>();
  const open = new Set<string>();
  const visit = (name: string): boolean => {
    if (parts.has(name)) return true;
    const module = byName.get(name);
    if (!module || open.has(name)) return false;
    open.add(name);
    const used = instantiated(module, byName);
    const children = used.filter(({ name: child }) => !isLeaf(child));
    if (!children.every((child) => visit(child.name))) return false;
    const needed = [module, ...used.filter(({ name: child }) => isLeaf(child))];
    parts.set(name, {
      name,
      files: Object.fromEntries([
        ...needed.map(({ file, text }) => [file, text]),
        ...children.map(({ file, name: child, ports }) => [
          file,
          `(* blackbox *)\nmodule ${child} (${ports});\nendmodule\n`,
        ]),
      ]) as Record<string, string>,
      children: children.map((child) => child.name),
    });
    return true;
  };
  return visit(top) ? [...parts.values()] : undefined;
}

function readText(file: string, text: string): Text | undefined {
  const code = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  if (/`(?!default_nettype)|\bparameter\b|#\s*\(/.test(code)) return undefined;
  const [header, ...more] = [...code.matchAll(/\bmodule\s+(\w+)\s*\(([^;]*)\)\s*;/g)];
  if (!header || more.length > 0 || code.match(/\bendmodule\b/g)?.length !== 1) return undefined;
  const [, name, ports] = header;
  return /\b(input|output)\b/.test(ports!) ? { file, text, name: name!, ports: ports! } : undefined;
}

/** The modules among `byName` that a module has instances of. */
function instantiated(module: Text, byName: ReadonlyMap<string, Text>): Text[] {
  const code = module.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  const words = new Set([...code.matchAll(/\b([A-Za-z_]\w*)\s+[A-Za-z_]\w*\s*\(/g)].map(([, word]) => word!));
  words.delete('module');
  return [...words].flatMap((word) => byName.get(word) ?? []);
}

function isLeaf(name: string): boolean {
  return (adderLeaves as readonly string[]).includes(name);
}
