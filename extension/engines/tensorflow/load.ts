/**
 * Loads `@tensorflow/tfjs-node` from a folder. The package is older than the Node it is to run in, and talkative; both
 * are mended here and nowhere else.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { PACKAGE } from './installation';

/** What is used of the package. */
export interface TfjsNode {
  readonly version: Readonly<Record<string, string>>;
  backend(): { readonly binding?: { readonly TF_Version?: string } };
  tensor2d(values: readonly number[], shape: readonly [number, number]): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
}

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}

/** Folder of the package as Node finds it from `from`; `null` when there is none, or none with its native part. */
export function findPackage(from: string): string | null {
  try {
    const folder = path.dirname(createRequire(path.join(from, 'x.js')).resolve(`${PACKAGE}/package.json`));
    return hasBinding(folder) ? folder : null;
  } catch {
    return null;
  }
}

/** The same in one folder that holds `node_modules`. */
export function packageIn(folder: string): string | null {
  const inside = path.join(folder, 'node_modules', PACKAGE);
  return hasBinding(inside) ? inside : null;
}

/** npm leaves the package without its native part where install scripts don't run or failed. */
function hasBinding(folder: string): boolean {
  const lib = path.join(folder, 'lib');
  return existsSync(lib) && readdirSync(lib).some((name) => existsSync(path.join(lib, name, 'tfjs_binding.node')));
}

/** @throws what the package throws, such as the dynamic linker's words about a library. */
export function loadPackage(folder: string): TfjsNode {
  addWhatNodeDropped();
  // TensorFlow's greetings; warnings and errors stay. It reads this when its library is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  return createRequire(path.join(folder, 'x.js'))(folder) as TfjsNode;
}

/** `4.22.0 (TensorFlow 2.21.0)` */
export function versionOf(tfjsNode: TfjsNode): string {
  const tensorflow = tfjsNode.backend().binding?.TF_Version;
  const version = tfjsNode.version['tfjs-node'] ?? 'unknown';
  return tensorflow === undefined ? version : `${version} (TensorFlow ${tensorflow})`;
}

/**
 * Node 23 dropped functions of `util` that tfjs-node 4.22 calls (tensorflow/tfjs issue 8609: mended, but never
 * released).
 */
function addWhatNodeDropped(): void {
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray ??= Array.isArray;
}
