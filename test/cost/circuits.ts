import { draft, type Design, type Draft } from '../../src/ir/index.js';

/** A port of an unsigned word. */
export const word = (name: string, width: number) => ({
  name,
  width,
  lanes: 1,
  signed: false,
  format: `bits(${width})`,
});

/** A design of one module. */
export function designOf(build: (d: Draft) => void): Design {
  const d = draft('circuit');
  build(d);
  return { top: 'circuit', modules: [d.finish('A circuit.')] };
}
