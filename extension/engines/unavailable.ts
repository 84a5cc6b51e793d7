/** The words for an engine that can't run here: those of a training that needs it and of a check that foresees it. */
import type { EngineName } from '../protocol/events';

/** Engines that need more than Node. */
export type NativeEngine = Exclude<EngineName, 'wasm'>;

const NO_BINARY = 'onnxruntime has no binary for';
export const ONNX_NOT_INSTALLED = 'the package onnxruntime-node is not installed';

export function noBinary(platform: string, arch: string): string {
  return `${NO_BINARY} ${platform}-${arch}`;
}

/** `reason` in a few words; the text goes on with what to do about it. */
export function unavailableText(name: NativeEngine, reason: string): string {
  return `Engine "${name}" can't run here: ${reason}. ${remedy(name, reason)}`;
}

function remedy(name: NativeEngine, reason: string): string {
  if (name === 'tensorflow') {
    return 'Install it with the command "Orthant: Install TensorFlow engine" in VS Code or with "npm run engine:tensorflow" in a checkout, or set the engine to "auto".';
  }
  const other = 'choose the engine "wasm", which runs everywhere, or "auto"';
  return reason.startsWith(NO_BINARY) ? `Please ${other}.` : `Install Orthant again, or ${other}.`;
}
