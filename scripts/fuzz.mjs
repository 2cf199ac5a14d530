import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// Random circuits and texts through every engine: npm run fuzz -- --minutes 10 --seed 100000
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
  },
});
for (const [name, value] of Object.entries(values))
  if (!(Number(value) > 0)) {
    process.stderr.write(`--${name} must be a number above 0\n`);
    process.exit(2);
  }
const ran = spawnSync('npx', ['vitest', 'run', 'test/fuzz/long.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, BITLOOM_FUZZ_MINUTES: values.minutes, BITLOOM_FUZZ_SEED: values.seed },
});
process.exit(ran.status ?? 1);
