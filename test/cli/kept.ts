import { spawn } from 'node:child_process';
import type { Ran } from './run.js';

const main = new URL('../../dist/cli/index.js', import.meta.url).href;

const program = `
import { main } from ${JSON.stringify(main)};
process.on('message', async (args) => {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    process[name].write = (text) => { said[name] += text; return true; };
  process.send({ code: await main(args), ...said });
});`;

/** The built command, started once for many command lines, one after the other: quicker where nothing is to be shown of its start. */
export interface KeptCommand {
  run(args: readonly string[]): Promise<Ran>;
  end(): void;
}

export function keptCommand(env: Readonly<Record<string, string>> = {}): KeptCommand {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  return {
    run: (args) =>
      new Promise((resolve, reject) => {
        const onClose = (): void => reject(new Error(`the command ended at ${args.join(' ')}`));
        child.once('close', onClose);
        child.once('message', (ran: Ran) => {
          child.off('close', onClose);
          resolve(ran);
        });
        child.send(args);
      }),
    end: () => void child.kill('SIGKILL'),
  };
}
