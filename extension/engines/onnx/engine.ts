/** Engine `onnx`: the step traced once, unrolled and run by onnxruntime-node. The default. */
import { type Engine, EngineUnavailableError, UnsupportedStepError } from '../engine';
import { noBinary, ONNX_NOT_INSTALLED, unavailableText } from '../unavailable';
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
  const reason = reasonOf(message.split('\n')[0]!, code === 'MODULE_NOT_FOUND');
  return new EngineUnavailableError(unavailableText('onnx', reason), `onnx: ${reason}`);
}

function reasonOf(message: string, isMissing: boolean): string {
  if (isMissing)
    return message.includes('onnxruntime_binding') ? noBinary(process.platform, process.arch) : ONNX_NOT_INSTALLED;
  return `onnxruntime does not load (${message})`;
}
