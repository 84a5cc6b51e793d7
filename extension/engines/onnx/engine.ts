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
  const { message, code } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error), code: '' };
  const [reason, remedy] = reasonOf(message.split('\n')[0]!, code === 'MODULE_NOT_FOUND');
  return new EngineUnavailableError(`Engine "onnx" can't run here: ${reason}. ${remedy}`, `onnx: ${reason}`);
}

function reasonOf(message: string, isMissing: boolean): [reason: string, remedy: string] {
  const other = 'choose the engine "wasm", which runs everywhere, or "auto"';
  if (isMissing && message.includes('onnxruntime_binding'))
    return [`onnxruntime has no binary for ${process.platform}-${process.arch}`, `Please ${other}.`];
  if (isMissing) return ['the package onnxruntime-node is not installed', `Install Orthant again, or ${other}.`];
  return [`onnxruntime does not load (${message})`, `Install Orthant again, or ${other}.`];
}
