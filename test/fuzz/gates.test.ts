import { expect, describe, it } from 'vitest';
import { random } from '../../src/base/index.js';
import type { Design } from '../../src/ir/index.js';
import { randomDesign } from '../random-module.js';
import { faultInGates, isPlain } from './gates.js';

/** Small circuits with registers. */
function designs(count: number): Design[] {
  const found: Design[] = [];
  for (let seed = 300; found.length < count; seed++) {
    const design = randomDesign(random(seed), { nodes: 30, widest: 14 });
    const hasState = design.modules.some(({ nodes }) => nodes.some(({ kind }) => kind === 'reg'));
    if (hasState && isPlain(design)) found.push(design);
  }
  return found;
}

describe('random circuits as gates', () => {
  it('mean the same as they do written', async () => {
    for (const [index, design] of designs(3).entries())
      expect(await faultInGates(design, index)).toBeUndefined();
  }, 200_000);
});
