/** Running other programs: always with a time limit, never leaving a child behind, and saying how long it took. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} timeoutMs the whole process group is killed after this
 * @property {string} [log] a file that takes the output; its end is shown when the program fails. Without it the
 *   output goes to the terminal.
 * @property {(text: string) => void} [listen] hears what goes to the terminal, in pieces
 */

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {number} startedMs */
export function elapsed(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}

/**
 * Says what starts, does it, and says how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  say(`▸ ${title} …`);
  try {
    const result = await work();
    say(`✓ ${title} (${elapsed(started)})`);
    return result;
  } catch (error) {
    say(`✗ ${title} (${elapsed(started)})`);
    throw error;
  }
}

/**
 * A block that can't be overlooked.
 * @param {string} title
 * @param {string[]} lines
 */
export function framed(title, lines) {
  const rule = '═'.repeat(100);
  return ['', rule, `  ${title}`, '', ...lines.map((line) => `  ${line}`), rule, ''].join('\n');
}

/**
 * The exit code of a program. It runs in a process group of its own, which is killed when the time is up or when this
 * process is told to end. A failure to start it is an error.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<number>}
 */
export async function exitCodeOf(command, args, { cwd, env, timeoutMs, log, listen }) {
  if (log !== undefined) mkdirSync(path.dirname(log), { recursive: true });
  const output = log === undefined ? undefined : openSync(log, 'a');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd,
        env: env ?? process.env,
        detached: process.platform !== 'win32',
        stdio: ['ignore', ...Array(2).fill(output ?? (listen === undefined ? 'inherit' : 'pipe'))],
      });
      for (const [from, to] of /** @type {const} */ ([
        [child.stdout, process.stdout],
        [child.stderr, process.stderr],
      ])) {
        from?.on('data', (data) => {
          to.write(data);
          listen?.(String(data));
        });
      }
      const end = () => killGroup(child.pid);
      const interrupted = () => {
        end();
        process.exit(130);
      };
      const timer = setTimeout(() => {
        say(`✗ ${command} ${args[0] ?? ''} ran longer than ${Math.round(timeoutMs / 1000)} s and was ended.`);
        end();
      }, timeoutMs);
      process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
      const done = () => {
        clearTimeout(timer);
        process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      };
      child.once('error', (error) => {
        done();
        reject(error);
      });
      child.once('close', (code) => {
        done();
        resolve(code ?? 1);
      });
    });
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

/**
 * As `exitCodeOf`, but anything else than 0 is an error that carries the end of the log.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 */
export async function run(command, args, options) {
  const code = await exitCodeOf(command, args, options);
  if (code === 0) return;
  const shown = options.log === undefined ? '' : `\n${endOf(options.log)}\n(all of it: ${options.log})`;
  throw new Error(`${[path.basename(command), ...args].join(' ')} ended with code ${code}${shown}`);
}

/** @param {number | undefined} pid */
export function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** @param {string} file */
function endOf(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-25).join('\n');
}

/**
 * The path of a program, or `undefined` when there is none of that name.
 * @param {string} name
 * @param {(file: string) => boolean} isProgram
 */
export function onPath(name, isProgram) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', '.bat'] : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)))
    .find(isProgram);
}
