/** Finds a Python that has PyTorch, or another package; tests that need it are skipped, loudly, where there is none. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './cli';

const CANDIDATES = [process.env.ORTHANT_PYTHON, path.join(ROOT, '.cache/python/bin/python'), 'python3'];

/** Path of a Python with torch; `null` after saying on standard error what is skipped and how to have it. */
export function findPyTorch(): string | null {
  return findPython('torch', 'comparisons with PyTorch');
}

/** Path of a Python with packages; `null` after saying on standard error that `what` is skipped and how to have it. */
export function findPython(packages: string | readonly string[], what: string): string | null {
  const names = [packages].flat();
  for (const python of CANDIDATES) {
    if (python === undefined || (path.isAbsolute(python) && !existsSync(python))) continue;
    if (spawnSync(python, ['-c', `import ${names.join(', ')}`], { timeout: 60_000 }).status === 0) return python;
  }
  const missing = `no Python here has ${names.join(' and ')}. "pip install ${names.join(' ')}" provides it.`;
  console.error(`SKIPPED: ${what}, because ${missing}`);
  return null;
}

export interface ReferenceRequest {
  layers: readonly number[];
  /** `nn.Sequential` names, weights `[out, in]` flattened. */
  parameters: Record<string, number[]>;
  inputs: number[][];
  targets: number[][];
  batches: number[][];
  /** One per output. */
  min: number[];
  method: string;
  fields: Record<string, unknown>;
  optimizer: { name: string; momentum: number };
  learningRate: number;
  /** float32 unless given. */
  dtype?: 'float64';
}

export interface ReferenceResult {
  torch: string;
  losses: number[];
  parameters: Record<string, number[]>;
  rows: Record<string, number[]>;
}

export function trainInPyTorch(python: string, request: ReferenceRequest): ReferenceResult {
  const script = path.join(ROOT, 'test/parity/reference.py');
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`PyTorch reference failed: ${stderr}`);
  return JSON.parse(stdout) as ReferenceResult;
}

/** Whether a Python has a package; says on standard error what is skipped without it. */
export function hasModule(python: string, name: string): boolean {
  if (spawnSync(python, ['-c', `import ${name}`], { timeout: 60_000 }).status === 0) return true;
  console.error(`SKIPPED: what needs the Python package ${name}. "pip install ${name}" provides it.`);
  return false;
}
