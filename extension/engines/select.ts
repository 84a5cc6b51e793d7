/** Picks the engine of a run: the one asked for by name, or the first that loads here; never a silent fallback. */
import type { EngineChoice, EngineName } from '../protocol/events';
import { type Engine, EngineUnavailableError } from './engine';
import { loadOnnxEngine } from './onnx/engine';
import { loadTensorflowEngine } from './tensorflow';
import { loadWasmEngine } from './wasm';

/** Engines of this version, in the order in which `auto` tries them. */
const LOADERS: readonly { readonly name: EngineName; readonly load: () => Promise<Engine> }[] = [
  { name: 'onnx', load: loadOnnxEngine },
  { name: 'tensorflow', load: loadTensorflowEngine },
  { name: 'wasm', load: loadWasmEngine },
];

export const ENGINE_NAMES: readonly EngineName[] = LOADERS.map((loader) => loader.name);

/** @throws EngineUnavailableError when the engine asked for, or every engine, can't run here. */
export async function selectEngine(wanted: EngineName | 'auto'): Promise<{ engine: Engine; choice: EngineChoice }> {
  const passedOver: string[] = [];
  const candidates = LOADERS.filter((loader) => wanted === 'auto' || loader.name === wanted);
  if (candidates.length === 0) {
    throw new EngineUnavailableError(
      `There is no engine "${wanted}" in this version; use ${ENGINE_NAMES.join(', ')} or auto.`,
    );
  }
  for (const { load } of candidates) {
    try {
      const engine = await load();
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
