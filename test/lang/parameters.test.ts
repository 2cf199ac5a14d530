import { describe, expect, it } from 'vitest';
import { fp, floats, int } from '../../src/format/index.js';
import { topOf } from '../../src/ir/index.js';
import { loadDesign } from '../../src/lang/index.js';
import type { Arguments } from '../../src/builder/index.js';

const text = `datapath t(w: list = [1, -2, 3], f: format = fp16) {
  in a: int(8)[length(w)]
  in x: f
  in z: fp(3, 4, finite)
  out y = dot(a, w)
  out v = x
  out u = z
}
`;

function load(args: Arguments) {
  const loaded = loadDesign(text, 't.dp');
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]!.message);
  return loaded.value[0]!.elaborate(args);
}

function ports(args: Arguments): Record<string, string> {
  const made = load(args);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  const { inputs, outputs } = topOf(made.value);
  return Object.fromEntries(
    [...inputs, ...outputs].map((port) => [port.name, `${port.format} ${port.width}`]),
  );
}

function fault(args: Arguments): string {
  const made = load(args);
  return made.ok ? '' : made.diagnostics[0]!.message;
}

describe('parameters', () => {
  it('can be lists and floating-point formats', () => {
    expect(ports({})).toEqual({
      a: 'int(8) 24',
      x: 'fp16 16',
      z: 'fp(3, 4, finite) 8',
      y: 'int(13) 13',
      v: 'fp16 16',
      u: 'fp(3, 4, finite) 8',
    });
  });

  it('take formats as such or by name', () => {
    expect(ports({ f: floats['bf16']!, w: [5] })).toMatchObject({ a: 'int(8) 8', x: 'bf16 16' });
    expect(ports({ f: 'fp(4, 2)' })).toMatchObject({ x: 'fp(4, 2) 7' });
    expect(ports({ f: fp(2, 2) })).toMatchObject({ x: 'fp(2, 2) 5' });
    expect(ports({ f: 'int(3)' })).toMatchObject({ x: 'int(3) 3' });
    expect(ports({ f: int(9) })).toMatchObject({ x: 'int(9) 9' });
  });

  it('refuse what is none', () => {
    expect(fault({ f: 'fp17' })).toMatch('fp17');
    expect(fault({ f: 3 })).toMatch('must be a format, but is 3');
    expect(fault({ w: 3 })).toMatch('must be a list, but is 3');
    expect(fault({ w: [1.5] })).toMatch('element 0 of parameter `w` must be an integer, but is 1.5');
    expect(fault({ w: [] })).toMatch('the length of parameter `w` is 0');
  });

  it('show the words that a format has', () => {
    const wrong = loadDesign('datapath t {\n  in x: fp(3, 4, odd)\n  out y = x\n}\n', 't.dp');
    const made = wrong.ok ? wrong.value[0]!.elaborate({}) : wrong;
    expect(made.ok ? '' : made.diagnostics[0]!.message).toMatch('odd');
  });
});
