/** The npm at hand, as a module that any Node can run. */
import { realpathSync } from 'node:fs';
import { findProgram } from './debian.mjs';

/** Path of npm's main module: of the npm that runs this script, else of the one on PATH. */
export function npmCli() {
  const running = process.env.npm_execpath;
  if (running?.endsWith('npm-cli.js')) return running;
  const program = findProgram('npm');
  if (program === undefined) throw new Error('npm is not on PATH.');
  return realpathSync(program);
}

/** This process's environment without what an outer `npm run` says about its own package; registry and proxy stay. */
export function environmentForNpm() {
  const ofThePackage = /^npm_(package_|lifecycle_|config_local_prefix|config_prefix)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThePackage.test(name)));
}
