import { random, type Random } from '../../src/base/index.js';

/** A number in a text: how it is written, and how many bits its format has. */
interface Term {
  readonly text: string;
  readonly width: number;
}

/** A legal design as text, whatever the seed: integers of many widths, arithmetic, choices, narrowing, vectors, state. */
export function textOf(seed: number): string {
  const r = random(seed);
  const lines: string[] = [];
  const terms: Term[] = [];
  const inputs = 1 + r.below(3);
  for (let i = 0; i < inputs; i++) {
    const width = 2 + r.below(20);
    const isSigned = r.below(2) === 0;
    const count = r.below(3) === 0 ? 2 + r.below(3) : 1;
    lines.push(`  in i${i}: ${isSigned ? 'int' : 'uint'}(${width})${count > 1 ? `[${count}]` : ''}`);
    for (let k = 0; k < count; k++) terms.push({ text: count > 1 ? `i${i}[${k}]` : `i${i}`, width });
  }
  lines.push('  in go: bool', '');
  if (r.below(2) === 0) terms.push({ text: 'held', width: 12 });
  const isHeld = terms.at(-1)!.text === 'held';
  const body: string[] = [];
  for (let i = 2 + r.below(8); i > 0; i--) {
    const made = expression(r, terms);
    const name = `v${body.length}`;
    body.push(`  let ${name} = ${made.text}`);
    terms.push({ text: name, width: made.width });
  }
  if (isHeld) {
    const next = pick(r, terms);
    lines.push(
      `  reg held: int(12)${r.below(2) === 0 ? ` = wrap(${next.text}, to: int(12))` : ` = saturate(${next.text}, to: int(12))`}${r.below(2) === 0 ? ' when go' : ''}`,
    );
    // A register may be read above the words that it is made of only where these do not wait for it in this cycle.
    lines.push(...body.splice(0));
    const at = lines.findIndex((line) => line.startsWith('  reg'));
    const [reg] = lines.splice(at, 1);
    lines.push(reg!);
  }
  lines.push(...body);
  for (let i = 0, count = 1 + r.below(3); i < count; i++) lines.push(`  out o${i} = ${pick(r, terms).text}`);
  if (r.below(3) === 0) lines.push(`  pipeline(stages: ${1 + r.below(3)})`);
  return [`datapath chance${seed} {`, ...lines, '}', ''].join('\n');
}

function pick(r: Random, terms: readonly Term[]): Term {
  return terms[r.below(terms.length)]!;
}

/** An expression over what there is, kept below some 60 bits. */
function expression(r: Random, terms: readonly Term[]): Term {
  const [a, b, c] = [pick(r, terms), pick(r, terms), pick(r, terms)];
  const width = 1 + r.below(24);
  const to = `${r.below(2) === 0 ? 'int' : 'uint'}(${width})`;
  switch (r.below(9)) {
    case 0:
      return narrow({ text: `${a.text} + ${b.text}`, width: Math.max(a.width, b.width) + 2 });
    case 1:
      return narrow({ text: `${a.text} - ${b.text}`, width: Math.max(a.width, b.width) + 2 });
    case 2:
      return narrow({ text: `${a.text} * ${b.text}`, width: a.width + b.width + 1 });
    case 3:
      return {
        text: `if ${a.text} < ${b.text} then ${a.text} else ${c.text}`,
        width: Math.max(a.width, c.width) + 1,
      };
    case 4:
      return {
        text: `if go and not (${a.text} == ${b.text}) then ${b.text} else ${c.text}`,
        width: Math.max(b.width, c.width) + 1,
      };
    case 5:
      return { text: `wrap(${a.text}, to: ${to})`, width };
    case 6:
      return { text: `saturate(${a.text}, to: ${to})`, width };
    case 7: {
      const mode = ['nearest_even', 'nearest_away', 'toward_zero', 'down', 'up'][r.below(5)];
      return { text: `round(${a.text}, drop: ${1 + r.below(4)}, mode: ${mode})`, width: a.width + 1 };
    }
    default:
      return narrow({ text: `${a.text} + ${r.below(1000) - 500}`, width: Math.max(a.width, 11) + 2 });
  }
}

function narrow(term: Term): Term {
  return term.width <= 60 ? term : { text: `wrap(${term.text}, to: int(40))`, width: 40 };
}
