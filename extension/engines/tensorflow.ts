/**
 * Engine `tensorflow`: the step eagerly on `@tensorflow/tfjs-node`, an optional dependency whose install script fetches
 * libtensorflow. Where it isn't installed the engine says so; nothing else depends on it.
 */
import { createRequire } from 'node:module';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { createEagerSession } from './eager';
import { type Engine, EngineUnavailableError } from './engine';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export async function loadTensorflowEngine(): Promise<Engine> {
  const version = loadPackage();
  // The package registers its backend with the tfjs-core engine that all copies in a process share.
  if (!(await setBackend('tensorflow'))) {
    throw new EngineUnavailableError('@tensorflow/tfjs-node is installed but its backend did not start; reinstall it.');
  }
  await ready();
  return { name: 'tensorflow', version, createSession: async (step, state) => createEagerSession(step, state) };
}

function loadPackage(): string {
  const require = createRequire(__filename);
  try {
    const tfjsNode = require('@tensorflow/tfjs-node') as { version: Record<string, string> };
    return tfjsNode.version['tfjs-node'] ?? 'unknown';
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new EngineUnavailableError(
      `@tensorflow/tfjs-node is not installed here (${reason}). Install it with "npm install @tensorflow/tfjs-node" where its download works, or set "engine" to "wasm" or "auto".`,
    );
  }
}
