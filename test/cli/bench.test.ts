import { describe, expect, it } from 'vitest';
import { benches } from '../../src/cli/benches.js';
import { bitloom } from './run.js';

describe('bench', () => {
  const names = Object.keys(benches);

  it.each(names)('%s is a module that measures', async (name) => {
    expect((await benches[name]!()).bench).toBeTypeOf('function');
  });

  it('tells its benchmarks in the help and where a name is unknown', () => {
    expect(bitloom(['bench', '--help']).stdout.replace(/\s+/g, ' ')).toContain(names.join(', '));
    for (const unknown of ['quite-another', 'toString', '__proto__']) {
      const ran = bitloom(['bench', unknown, '--json']);
      expect(ran.stderr).toContain(names[0]);
      expect(ran.stdout).toBe('');
      expect(ran.code).toBe(2);
    }
  });
});
