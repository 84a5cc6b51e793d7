/** Engine `onnx`: the step traced once, unrolled and run by onnxruntime-node. The default. */
import { type Engine, EngineUnavailableError, UnsupportedStepError } from '../engine';
import { loadRuntime, type Runtime } from './runtime';
import { createOnnxSession } from './session';
import { TraceError } from './trace';

export async function loadOnnxEngine(): Promise<Engine> {
  let runtime: Runtime;
  try {
    runtime = loadRuntime();
  } catch (error) {
    throw unavailable(error);
  }
  return {
    name: 'onnx',
    version: runtime.version,
    createSession: async (step, state, { batchSize }) => {
      try {
        return await createOnnxSession(step, state, batchSize, runtime);
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        throw new UnsupportedStepError(`${error.message} Set the engine to "wasm", which runs every step.`);
      }
    },
  };
}

function unavailable(error: unknown): EngineUnavailableError {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  const platform = `${process.platform}-${process.arch}`;
  const reason = /cannot find module/i.test(message)
    ? `onnxruntime has no binary for ${platform}`
    : `onnxruntime does not load here (${message})`;
  return new EngineUnavailableError(
    `Engine "onnx" can't run here: ${reason}. Set the engine to "wasm", which runs everywhere, or to "auto".`,
    reason,
  );
}
