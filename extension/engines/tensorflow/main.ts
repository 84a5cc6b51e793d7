/**
 * The process that installs the engine `tensorflow`: `node tensorflow.js [install] [--folder DIR]`. On a channel to the
 * editor it sends messages and ends when that closes; in a terminal it writes lines. It needs nothing beside itself, so
 * the packed extension and a checkout run the same file. `check DIR` is what it asks itself of an installation.
 */
import { parseArgs } from 'node:util';
import type { InstallMessage, InstallStep } from '../../protocol/engineInstall';
import { install } from './install';
import { engineFolder } from './installation';
import { loadPackage, packageIn, versionOf } from './load';
import { CancelledError } from './programs';
import { InstallError } from './texts';

const TITLES: Readonly<Record<InstallStep, string>> = {
  packages: 'npm packages',
  binary: 'native part, by its own download',
  wheel: 'TensorFlow, by pip',
  unpack: 'unpacking TensorFlow',
  compile: 'compiling the native part',
  check: 'computing with it',
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { folder: { type: 'string' } } });
if (positionals[0] === 'check') {
  check(positionals[1] ?? '');
} else {
  void start(values.folder ?? engineFolder());
}

async function start(base: string): Promise<void> {
  const cancelling = new AbortController();
  const cancel = (): void => cancelling.abort();
  process.on('SIGINT', cancel).on('SIGTERM', cancel).on('SIGHUP', cancel).on('disconnect', cancel);
  const say = process.send === undefined ? terminal(base) : send;
  process.exitCode = await install({ base, signal: cancelling.signal, say, module: __filename }).then(
    () => 0,
    (error: unknown) => {
      if (error instanceof CancelledError) {
        say({ type: 'cancelled' });
        return 130;
      }
      if (!(error instanceof InstallError)) console.error(error);
      say({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
      return 1;
    },
  );
  if (process.connected) process.disconnect();
}

function send(message: InstallMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** A line per step, and on a real terminal the bytes in its last line. */
function terminal(base: string): (message: InstallMessage) => void {
  let current: { title: string; startedMs: number } | null = null;
  const write = (text: string): void => void process.stdout.write(text);
  const clear = (): void => {
    if (process.stdout.isTTY) write('\r\x1b[K');
  };
  const finish = (mark: string): void => {
    if (current === null) return;
    clear();
    write(`${mark} ${current.title} (${((performance.now() - current.startedMs) / 1000).toFixed(1)} s)\n`);
    current = null;
  };
  return (message) => {
    switch (message.type) {
      case 'step':
        finish('✓');
        current = { title: TITLES[message.step], startedMs: performance.now() };
        write(`▸ ${current.title} …${process.stdout.isTTY ? '' : '\n'}`);
        break;
      case 'bytes':
        if (!process.stdout.isTTY || current === null) break;
        clear();
        write(`▸ ${current.title} … ${progressText(message.done, message.total)}`);
        break;
      case 'note':
        finish('✗');
        write(`  ${message.text}\n`);
        break;
      case 'installed':
        finish('✓');
        write(
          `Engine tensorflow ${message.version} is installed in ${message.folder} (${megabytes(message.bytes)}).\n`,
        );
        write('Use it with "orthant train … --engine tensorflow" or the setting "orthant.engine".\n');
        break;
      case 'failed':
        finish('✗');
        process.stderr.write(`${message.message}\n`);
        break;
      case 'cancelled':
        finish('✗');
        write(`Cancelled. Nothing was changed in ${base}.\n`);
        break;
    }
  };
}

function progressText(done: number, total: number | null): string {
  if (total === null) return megabytes(done);
  return `${megabytes(done)} of ${megabytes(total)}, ${Math.min(100, Math.floor((100 * done) / total))} %`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** [1 2; 3 4] · [1 2; 3 4] = [7 10; 15 22], on TensorFlow's library. */
function check(folder: string): void {
  const found = packageIn(folder);
  if (found === null) throw new Error(`${folder} holds no engine`);
  const tfjsNode = loadPackage(found);
  const matrix = tfjsNode.tensor2d([1, 2, 3, 4], [2, 2]);
  const product = [...tfjsNode.matMul(matrix, matrix).dataSync()];
  if (product.join() !== '7,10,15,22') throw new Error(`TensorFlow computes wrongly here: ${product.join(' ')}`);
  process.stdout.write(`computes: ${versionOf(tfjsNode)}\n`);
}
