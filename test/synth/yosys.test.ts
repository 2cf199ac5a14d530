import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limitYosys, runYosys, type YosysJob } from '../../src/synth/index.js';

const job = (operator: string): YosysJob => ({
  script: 'read_verilog top.v\nsynth -top top\nwrite_verilog -noattr out.v',
  files: { 'top.v': `module top (input [3:0] a, b, output [3:0] y); assign y = a ${operator} b; endmodule` },
  wanted: ['out.v'],
});

async function mapped(operator: string, signal?: AbortSignal): Promise<string | undefined> {
  const ran = await runYosys(job(operator), { signal });
  return ran.ok ? ran.value.files['out.v'] : ran.diagnostics[0]!.code;
}

/** The processes that this one has started and that have not ended. */
function children(): string[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
}

describe.skipIf(process.platform !== 'linux')('the process that Yosys runs in', () => {
  it('is kept for the next run, which does not depend on those before', async () => {
    limitYosys(1);
    const [first, all] = [await mapped('&'), children()];
    expect(first).toContain('assign');
    expect(await mapped('^')).not.toBe(first);
    expect(await Promise.all([mapped('&'), mapped('&')])).toEqual([first, first]);
    expect(children()).toEqual(all);
  });

  it('ends with a run that is stopped, and a new one takes its place', async () => {
    const first = await mapped('&');
    const before = children();
    expect(await mapped('*', AbortSignal.timeout(1))).toBe('synthesis-stopped');
    expect(await mapped('&')).toBe(first);
    expect(children()).not.toEqual(before);
  });
});
