/** Debian's packages: the one place that asks apt for something, and only as root. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cache } from './paths.mjs';
import { onPath, run, step } from './run.mjs';

/** @param {string} name */
export function findProgram(name) {
  return onPath(name, existsSync);
}

let listsAreFresh = false;

/**
 * Installs packages where this process may. Throws an error that says what a person can do where it may not.
 * @param {string[]} packages
 */
export async function installDebianPackages(packages) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (findProgram('apt-get') === undefined) {
    throw new Error(
      `This system has no apt-get to install ${packages.join(', ')}. Install them yourself and try again.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`Only root may install ${packages.join(', ')}. Run this once and try again: sudo ${command}`);
  }
  const log = path.join(cache, 'logs/apt-get.log');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!listsAreFresh) {
    await step('apt-get update', () => run('apt-get', ['update'], { timeoutMs: 180_000, log, env }));
    listsAreFresh = true;
  }
  const [, ...args] = command.split(' ');
  await step(command, () => run('apt-get', args, { timeoutMs: 420_000, log, env }));
}
