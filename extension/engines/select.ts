/** Picks the engine of a run: the one asked for by name, or the first that loads here; never a silent fallback. */
import { ENGINE_NAMES, type EngineChoice, type EngineName, type WantedEngine } from '../protocol/events';
import { type Engine, EngineUnavailableError } from './engine';
import { loadOnnxEngine } from './onnx/engine';
import { loadTensorflowEngine } from './tensorflow';
import { loadWasmEngine } from './wasm';

const LOADERS: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  onnx: loadOnnxEngine,
  tensorflow: loadTensorflowEngine,
  wasm: loadWasmEngine,
};

/** Who says what executes the steps of a training. */
export interface EngineWishes {
  /** Whoever starts it: nobody else is asked. */
  readonly asked?: WantedEngine | undefined;
  /** What the experiment says of this variant. */
  readonly experiment: WantedEngine;
  /** Where both leave it open: a person's setting. */
  readonly otherwise?: WantedEngine | undefined;
}

export function wantedEngine({ asked, experiment, otherwise = 'auto' }: EngineWishes): WantedEngine {
  return asked ?? (experiment === 'auto' ? otherwise : experiment);
}

/** @throws EngineUnavailableError when the engine asked for, or every engine, can't run here. */
export async function selectEngine(wanted: WantedEngine): Promise<{ engine: Engine; choice: EngineChoice }> {
  const passedOver: string[] = [];
  const candidates = ENGINE_NAMES.filter((name) => wanted === 'auto' || name === wanted);
  if (candidates.length === 0) {
    throw new EngineUnavailableError(
      `There is no engine "${wanted}" in this version; use ${ENGINE_NAMES.join(', ')} or auto.`,
    );
  }
  for (const name of candidates) {
    try {
      const engine = await LOADERS[name]();
      const reason =
        wanted === 'auto' ? ['fastest engine that loads here', ...passedOver].join('; ') : 'asked for by name';
      return { engine, choice: { name: engine.name, version: engine.version, reason } };
    } catch (error) {
      if (!(error instanceof EngineUnavailableError) || wanted !== 'auto') throw error;
      passedOver.push(error.reason);
    }
  }
  throw new EngineUnavailableError(`No engine can run here: ${passedOver.join('; ')}.`);
}
