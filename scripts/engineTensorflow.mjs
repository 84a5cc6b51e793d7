// Installs the engine `tensorflow` for this user, for the command line and every editor alike:
// `npm run engine:tensorflow [-- --folder DIR]`. The installed extension does the same by its command.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { run, step } from './lib/run.mjs';

const installer = path.join(root, 'dist/tensorflow.js');
if (!existsSync(installer)) {
  await step('build', () => run(process.execPath, ['scripts/build.mjs'], { cwd: root, timeoutMs: 180_000 }));
}
// Ctrl+C reaches the installer too, which ends what it started and takes back what it made.
process.on('SIGINT', () => {});
const installing = spawn(process.execPath, [installer, 'install', ...process.argv.slice(2)], { stdio: 'inherit' });
process.on('SIGTERM', () => installing.kill('SIGTERM'));
const [code] = await once(installing, 'close');
process.exitCode = code ?? 1;
