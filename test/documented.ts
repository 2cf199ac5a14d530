/** A part of a page between fences. */
export interface Block {
  /** What stands behind the opening fence: `sh`, or a language and a file's name. */
  readonly info: string;
  readonly lines: readonly string[];
  /** Its first line in the page. */
  readonly line: number;
  /** What the page says before it, why its commands are not run. */
  readonly notRun: string | undefined;
}

/** The fenced blocks of a page of Markdown. */
export function blocksOf(page: string): Block[] {
  const lines = page.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const opening = /^```(.*)$/.exec(lines[at]!);
    if (!opening) continue;
    const end = lines.indexOf('```', at + 1);
    const before = lines[at - 1] === '' ? lines[at - 2] : lines[at - 1];
    const notRun = /^<!-- not run: (.+) -->$/.exec(before ?? '')?.[1];
    blocks.push({ info: opening[1]!.trim(), lines: lines.slice(at + 1, end), line: at + 2, notRun });
    at = end;
  }
  return blocks;
}

/** The commands of a block; one that ends in a backslash goes on in the next line. */
export function commandsOf({ lines }: Block): string[] {
  const whole = lines.join('\n').replace(/\\\n\s*/g, '');
  return whole.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** Lines of a sample that nothing in the output is like; `…` stands for anything, blanks for any blanks. */
export function missingLines(sample: readonly string[], output: string): string[] {
  const given = output.split('\n');
  return sample.filter((line) => {
    if (line.trim() === '') return false;
    const parts = line.trim().split(/(\s+|…)/);
    const pattern = parts.map((part) =>
      part === '…' ? '.*' : /^\s+$/.test(part) ? '\\s+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    );
    const like = new RegExp(`^\\s*${pattern.join('')}\\s*$`);
    return !given.some((have) => like.test(have));
  });
}
