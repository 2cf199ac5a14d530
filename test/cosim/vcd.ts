/** The signals of a value change dump: by their path, the binary text of their word at each time at which it changes. */
export type Dump = ReadonlyMap<string, readonly { readonly time: number; readonly bits: string }[]>;

/** Reads a value change dump, whoever wrote it. */
export function readVcd(text: string): Dump {
  const changes = new Map<string, { time: number; bits: string }[]>();
  const dump = new Map<string, { time: number; bits: string }[]>();
  const scopes: string[] = [];
  let time = 0;
  const tokens = text.split(/\s+/);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === '$scope') scopes.push(tokens[i + 2]!);
    else if (token === '$upscope') scopes.pop();
    else if (token === '$var') {
      const [code, name] = [tokens[i + 3]!, tokens[i + 4]!];
      const known = changes.get(code) ?? [];
      changes.set(code, known);
      dump.set([...scopes, name.replace(/\[.*/, '')].join('.'), known);
      while (tokens[i] !== '$end') i++;
    } else if (token.startsWith('$') && !['$dumpvars', '$end'].includes(token)) {
      while (tokens[i] !== '$end') i++;
    } else if (/^#\d/.test(token)) time = Number(token.slice(1));
    else if (/^b[01xz]+$/.test(token)) changes.get(tokens[++i]!)?.push({ time, bits: token.slice(1) });
    else if (/^[01xz]./.test(token)) changes.get(token.slice(1))?.push({ time, bits: token[0]! });
  }
  return dump;
}

/** The word of a signal at a time. */
export function wordAt(dump: Dump, path: string, time: number): bigint {
  const found = dump.get(path)?.findLast((change) => change.time <= time);
  if (!found) throw new Error(`no ${path} at ${time}`);
  return BigInt(`0b${found.bits}`);
}
