/** Who takes part in the comparison of training steps, in the order of the table. */
import path from 'node:path';
import { ENGINE_NAMES } from '../../extension/protocol/events';
import type { Entry } from './contestant';

export type Family = 'orthant' | 'pytorch' | 'jax';

export interface StepEntry extends Entry {
  readonly family: Family;
  /** What the contestant is told to be. */
  readonly mode: string;
  /** How a table names it. */
  readonly title: string;
}

/** Pythons that have the peers, and the folder of the bundled scripts. */
export interface Surroundings {
  readonly bundles: string;
  readonly sources: string;
  readonly pytorch: string | null;
  readonly jax: string | null;
  readonly threads: number;
  /** Takes what torch.compile makes, so that every run compiles anew. */
  readonly compilations: string;
}

const PYTORCH_MODES: Readonly<Record<string, string>> = {
  eager: 'PyTorch eager',
  'eager-fused': 'PyTorch eager, fused Adam',
  compile: 'PyTorch compile, fused Adam',
  'compile-optimizer': 'PyTorch compile, Adam too',
  'compile-step': 'PyTorch compile, one graph',
};

export function stepEntries({ bundles, sources, pytorch, jax, threads, compilations }: Surroundings): StepEntry[] {
  const env = {
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    TORCHINDUCTOR_CACHE_DIR: compilations,
  };
  const peer = (script: string) => path.join(sources, 'peers', script);
  const engines = ENGINE_NAMES.map(
    (name): StepEntry => ({
      name,
      title: `Orthant ${name}`,
      family: 'orthant',
      mode: name,
      command: process.execPath,
      args: [path.join(bundles, 'engineContestant.js')],
      env,
    }),
  );
  const modes = Object.entries(PYTORCH_MODES).map(
    ([mode, title]): StepEntry => ({
      name: `pytorch ${mode}`,
      title,
      family: 'pytorch',
      mode,
      command: pytorch!,
      args: [peer('pytorch.py')],
      env,
    }),
  );
  const scan: StepEntry = {
    name: 'jax',
    title: 'JAX jit(scan)',
    family: 'jax',
    mode: 'scan',
    command: jax!,
    args: [peer('jax_scan.py')],
    env,
  };
  return [...engines, ...(pytorch === null ? [] : modes), ...(jax === null ? [] : [scan])];
}
