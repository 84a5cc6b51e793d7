/** Engine `wasm`: the step eagerly on `@tensorflow/tfjs-backend-wasm`. Runs everywhere; the judge of the others. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { createEagerSession } from './eager';
import { type Engine, EngineUnavailableError } from './engine';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export async function loadWasmEngine(): Promise<Engine> {
  setWasmPaths(`${wasmFolder()}${path.sep}`);
  if (!(await setBackend('wasm'))) {
    throw new EngineUnavailableError('This Node.js could not start the WebAssembly engine; Node.js 20 or newer can.');
  }
  await ready();
  return {
    name: 'wasm',
    version: version_wasm,
    createSession: async (step, state) => {
      // Another engine may have been in use since.
      await setBackend('wasm');
      return createEagerSession(step, state);
    },
  };
}

/** The build copies the binaries beside the bundle; when run from source they are in the package. */
function wasmFolder(): string {
  const beside = path.join(__dirname, 'wasm');
  if (existsSync(beside)) return beside;
  return path.dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
}
