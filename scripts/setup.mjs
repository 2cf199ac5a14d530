// Gets a fresh clone ready: dependencies from the lock file, Verilator with its compiler, the build.
// Plain Node without dependencies, as it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const tools = ['verilator', 'g++', 'make'];
/** Tests that need one of these skip where it is missing; without ccache they take longer. */
const optional = {
  sta: 'opensta',
  'redis-server': 'redis-server',
  chromium: 'chromium',
  ccache: 'ccache',
  'nextpnr-ice40': 'nextpnr-ice40',
};

/** Runs a program in the project's folder, showing what it prints; gives whether it succeeded. */
export function run(program, args, options = {}) {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options }).status === 0;
}

export function has(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`bitloom needs Node 20.19 or newer; this is ${process.versions.node}`);
  process.exit(3);
}

function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(new URL('package-lock.json', root)))
    .digest('hex');
  const mark = new URL('node_modules/.bitloom-lock', root);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  console.error('installing dependencies (npm ci)');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) process.exit(3);
  writeFileSync(mark, lock);
}

/** Installs missing tools where that is possible; else says what to install, and goes on. */
function installTools() {
  const missing = tools.filter((tool) => !has(tool));
  const wished = Object.keys(optional).filter((tool) => !has(tool));
  if (missing.length + wished.length === 0) return true;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt =
    has('apt-get') &&
    (sudo.length === 0 || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0);
  if (apt) {
    const packages = wished.map((tool) => optional[tool]);
    console.error(`installing ${[...missing, ...packages].join(', ')} (apt-get)`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const get = (...args) => {
      const [program, ...rest] = [...sudo, 'apt-get', '-qq', ...args];
      return run(program, rest, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    };
    get('update');
    if (missing.length > 0) get('install', '-y', '--no-install-recommends', ...missing);
    // each by itself, as not every distribution has them all
    for (const name of packages) get('install', '-y', '--no-install-recommends', name);
  }
  const still = missing.filter((tool) => !has(tool));
  if (still.length === 0) return true;
  console.error(`not installed: ${still.join(', ')}. Install with: apt-get install ${still.join(' ')}`);
  console.error('Going on without: nothing will be verified under Verilator.');
  return false;
}

/** Makes the clone ready to run; gives whether Verilator is there. */
export function setUp() {
  checkNode();
  installDependencies();
  const verilator = installTools();
  if (!run('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])) process.exit(70);
  return verilator;
}
