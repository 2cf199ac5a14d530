import { buildDesign, type Built } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';

/** The top design of a text, in all its forms. */
export function built(text: string): Built {
  const loaded = loadDesign(text, 'test.dp');
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]!.message);
  const made = buildDesign(loaded.value.at(-1)!, {});
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

export const texts = {
  pipelined: `datapath pipelined() {
  in a: int(8)[4]
  in b: int(8)[4]
  in take: bool
  reg acc: int(24) = wrap(acc + dot(a, b), to: int(24)) when take
  out y = acc
  out odd = acc != 0
  pipeline(stages: 2)
}
`,
  combinational: `datapath combinational() {
  in a: int(5)
  in b: uint(3)
  out y = a * b
}
`,
  unreset: `datapath unreset() {
  in a: uint(8)
  in take: bool
  reg kept: uint(8) reset none = a when take
  out y = kept
  pipeline(stages: 1)
}
`,
  sums: `datapath sums() {
  stream in part: {x: int(8), last: bool}
  let total = wrap(acc + part.x, to: int(13))
  reg acc: int(13) = if part.last then 0 else total
  stream out y = total when part.last
  pipeline(stages: 2)
}
`,
  joined: `datapath joined() {
  in shift: uint(2)
  stream in x: int(8)
  stream in w: int(8)
  stream out y = x * w + shift
  stream out z = w
  pipeline(stages: 1)
}
`,
} as const;
