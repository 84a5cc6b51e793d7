// Trains the variants of an example in the terminal: `npm start` four on the weather, `npm start -- race [weather|strokes]`
// one for each method. Whatever else follows are arguments of `orthant train`, another experiment included.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { exampleExperiment, races, root } from './lib/paths.mjs';
import { run, say, step } from './lib/run.mjs';

const cli = path.join(root, 'dist/cli.js');
if (!existsSync(cli)) {
  await step('build', () => run(process.execPath, ['scripts/build.mjs'], { cwd: root, timeoutMs: 180_000 }));
}
const { experiment, rest, next } = choice(process.argv.slice(2));
const args = [path.relative(process.cwd(), experiment), ...rest];
say(`orthant train ${args.join(' ')}\n`);
// Ctrl+C reaches the command too, which keeps its last checkpoint and ends by itself.
process.on('SIGINT', () => {});
const training = spawn(process.execPath, [cli, 'train', ...args], { stdio: 'inherit' });
const [code] = await once(training, 'close');
process.exitCode = code ?? 1;
if (code === 0) say(`\n${next}`);

/**
 * What to train, the arguments that go with it, and what a person may do next.
 * @param {string[]} args
 */
function choice(args) {
  const [first = '', second = ''] = args;
  const live = 'See the same thing in VS Code, live: npm run vscode';
  if (first === 'race') {
    const isNamed = Object.hasOwn(races, second);
    const name = /** @type {keyof typeof races} */ (isNamed ? second : 'weather');
    const others = Object.keys(races).filter((other) => other !== name);
    return {
      experiment: races[name],
      rest: args.slice(isNamed ? 2 : 1),
      next: `What each method does and guarantees: docs/methods.md\nThe same race on other data: ${others.map((other) => `npm start -- race ${other}`).join(', ')}`,
    };
  }
  if (first !== '' && !first.startsWith('-')) return { experiment: first, rest: args.slice(1), next: live };
  return {
    experiment: exampleExperiment,
    rest: args,
    next: `Every method there is, side by side: npm start -- race\n${live}`,
  };
}
