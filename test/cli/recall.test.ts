import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, fault, success, type Result } from '../../src/base/index.js';
import { openStore } from '../../src/cache/index.js';
import { recalled } from '../../src/cli/recall.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-recall-'));
const design = join(folder, 'a.dp');
const store = openStore('cost', 2 ** 20, folder);
const warning = { severity: 'warning', code: 'unused', message: '`b` is not used' } as const;
const make = vi.fn(async (): Promise<Result<{ area: number }>> => success({ area: 2 }, [warning]));

beforeEach(() => {
  make.mockClear();
  rmSync(store.folder, { recursive: true, force: true });
  writeFileSync(design, 'datapath a');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an answer', () => {
  const ask = (question: unknown) => recalled(store, question, [design], make);

  it('is made once for a question, and comes back with its warnings', async () => {
    const first = await ask({ clock: 500 });
    expect(await ask({ clock: 500 })).toEqual(first);
    expect(first).toEqual(success({ area: 2 }, [warning]));
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('is made anew for another question and for other bytes in the file', async () => {
    await ask({ clock: 500 });
    await ask({ clock: 400 });
    writeFileSync(design, 'datapath b');
    await ask({ clock: 500 });
    expect(make).toHaveBeenCalledTimes(3);
  });

  it('is not kept where it is a fault or where a file cannot be read', async () => {
    const wrong = failure<{ area: number }>(fault('bad', 'it is bad'));
    make.mockResolvedValueOnce(wrong);
    expect(await ask({})).toEqual(wrong);
    expect((await ask({})).ok).toBe(true);
    rmSync(design);
    await ask({});
    await ask({});
    expect(make).toHaveBeenCalledTimes(4);
  });
});
