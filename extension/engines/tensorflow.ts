/**
 * Engine `tensorflow`: the step eagerly on `@tensorflow/tfjs-node`, which computes with TensorFlow's own library. It is
 * no part of the extension, being larger than all of it: `tensorflow/install.ts` puts it into a folder of the user's.
 * A copy that npm installed beside the sources does as well.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { env, ready, setBackend } from '@tensorflow/tfjs-core';
import { createEagerSession } from './eager';
import { type Engine, EngineUnavailableError } from './engine';
import { engineFolder, PACKAGE, readInstallation, TFJS_VERSION } from './tensorflow/installation';
import { findPackage, loadPackage, packageIn, versionOf } from './tensorflow/load';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

const REMEDY =
  'Install it with the command "Orthant: Install TensorFlow engine" in VS Code or with "npm run engine:tensorflow" in a checkout, or set the engine to "auto".';

export async function loadTensorflowEngine(): Promise<Engine> {
  const folder = findInstalled();
  const version = load(folder);
  // The package has a tfjs-core of its own, but engine, backends and kernels of all copies in a process are the same
  // global things, so that its backend runs the operations and gradients of ours.
  if (!(await setBackend('tensorflow'))) throw unavailable(`what is installed in ${folder} does not start`);
  await ready();
  return { name: 'tensorflow', version, createSession: async (step, state) => createEagerSession(step, state) };
}

function unavailable(reason: string): EngineUnavailableError {
  return new EngineUnavailableError(
    `Engine "tensorflow" can't run here: ${reason}. ${REMEDY}`,
    `tensorflow: ${reason}`,
  );
}

/** Folder of the package: of the installation in force, else of one that npm put beside this. */
function findInstalled(): string {
  const base = engineFolder();
  const installation = readInstallation(base);
  if (installation === null) {
    const beside = findPackage(__dirname);
    if (beside !== null) return ofThisVersion(beside);
    throw unavailable('it is not installed');
  }
  const { folder, version } = installation;
  if (version !== TFJS_VERSION) {
    throw unavailable(`${base} holds ${PACKAGE} ${version}, and this Orthant works with ${TFJS_VERSION}`);
  }
  const found = packageIn(folder);
  if (found === null) throw unavailable(`what is installed in ${folder} is incomplete`);
  return found;
}

/** One that npm put there for something else may be another, whose kernels would mix with ours. */
function ofThisVersion(folder: string): string {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version === TFJS_VERSION) return folder;
  throw unavailable(`${folder} is ${PACKAGE} ${version}, and this Orthant works with ${TFJS_VERSION}`);
}

function load(folder: string): string {
  // Else the second tfjs-core warns that it takes the place of the first as the platform, with the same thing.
  env().set('PROD', true);
  try {
    return versionOf(loadPackage(folder));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw unavailable(`what is installed in ${folder} does not load (${reason})`);
  } finally {
    env().set('PROD', false);
  }
}
