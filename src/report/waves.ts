import { createRequire } from 'node:module';
import type { DrawingBlock } from './model.js';

/** Some cycles of a design: the words of its ports, as people read them. */
export interface Waves {
  readonly clock: boolean;
  /** Cycles that outputs lie behind their inputs. */
  readonly latency: number;
  readonly ports: readonly {
    readonly name: string;
    readonly direction: string;
    /** A bit is drawn as a level. */
    readonly bit: boolean;
    readonly words: readonly string[];
  }[];
}

type WaveDrom = {
  readonly renderAny: (index: number, source: object, skin: unknown) => unknown;
  readonly waveSkin: unknown;
  readonly onml: { readonly stringify: (tree: unknown) => string };
};

/** The cycles as a timing diagram; an output has the colour of the inputs that it belongs to, where these are a fixed time before. */
export function wavesBlock(waves: Waves, source: string, streams: boolean): DrawingBlock {
  const { renderAny, waveSkin, onml } = createRequire(import.meta.url)('wavedrom') as WaveDrom;
  const cycles = waves.ports[0]?.words.length ?? 0;
  const signal = [
    ...(waves.clock ? [{ name: 'clk_i', wave: 'p'.padEnd(cycles, '.') }] : []),
    ...waves.ports.map((port) => lane(port, port.direction === 'output' ? waves.latency : 0, !streams)),
  ];
  const tree = renderAny(0, { signal, head: { tick: 0 }, config: { hscale: 2 } }, waveSkin);
  return { kind: 'drawing', name: 'Timing diagram', svg: onml.stringify(tree), source };
}

/** WaveDrom has eight colours of words, `2` to `9`; words before the first result are unknown. */
function lane({ name, bit, words }: Waves['ports'][number], behind: number, coloured: boolean): object {
  if (bit) {
    const levels = words.map((word, t) => (t < behind ? 'x' : word));
    // A level that is said again is drawn with a notch.
    return { name, wave: levels.map((level, t) => (level === levels[t - 1] ? '.' : level)).join('') };
  }
  const colour = (t: number): string => (coloured ? String(2 + (t % 8)) : '2');
  const wave = words.map((_, t) => (t < behind ? 'x' : colour(t - behind))).join('');
  return { name, wave, data: words.slice(behind) };
}
