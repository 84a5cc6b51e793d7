/**
 * Engine `tensorflow`: the step eagerly on `@tensorflow/tfjs-node`, which computes with TensorFlow's own library. It is
 * no part of the extension, being larger than all of it: `tensorflow/install.ts` puts it into a folder of the user's.
 * A copy that npm installed beside the sources does as well.
 */
import { env, ready, setBackend } from '@tensorflow/tfjs-core';
import { createEagerSession } from './eager';
import { type Engine, EngineUnavailableError } from './engine';
import { findTensorflow } from './tensorflow/find';
import { loadPackage, versionOf } from './tensorflow/load';
import { unavailableText } from './unavailable';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export async function loadTensorflowEngine(): Promise<Engine> {
  const { folder, reason } = findTensorflow();
  if (folder === null) throw unavailable(reason);
  const version = load(folder);
  // The package has a tfjs-core of its own, but engine, backends and kernels of all copies in a process are the same
  // global things, so that its backend runs the operations and gradients of ours.
  if (!(await setBackend('tensorflow'))) throw unavailable(`what is installed in ${folder} does not start`);
  await ready();
  return {
    name: 'tensorflow',
    version,
    createSession: async (step, state) => {
      // Another engine may have been in use since.
      await setBackend('tensorflow');
      return createEagerSession(step, state);
    },
  };
}

function unavailable(reason: string): EngineUnavailableError {
  return new EngineUnavailableError(unavailableText('tensorflow', reason), `tensorflow: ${reason}`);
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
