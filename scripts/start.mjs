// Trains every variant of the weather example in the terminal: `npm start [-- other arguments of orthant train]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { exampleExperiment, root } from './lib/paths.mjs';
import { run, say, step } from './lib/run.mjs';

const cli = path.join(root, 'dist/cli.js');
if (!existsSync(cli)) {
  await step('build', () => run(process.execPath, ['scripts/build.mjs'], { cwd: root, timeoutMs: 180_000 }));
}
const chosen = process.argv.slice(2);
const experiment = chosen[0] !== undefined && !chosen[0].startsWith('-') ? chosen : [exampleExperiment, ...chosen];
const args = experiment.map((argument) =>
  argument === exampleExperiment ? path.relative(process.cwd(), argument) : argument,
);
say(`orthant train ${args.join(' ')}\n`);
// Ctrl+C reaches the command too, which keeps its last checkpoint and ends by itself.
process.on('SIGINT', () => {});
const training = spawn(process.execPath, [cli, 'train', ...args], { stdio: 'inherit' });
const [code] = await once(training, 'close');
process.exitCode = code ?? 1;
if (code === 0) say('\nSee the same thing in VS Code, live: npm run vscode');
