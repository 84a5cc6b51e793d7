import { expect, test } from 'vitest';
import { checkEngines, type EngineObstacles, onnxObstacle } from '../../../extension/engines/availability';
import { parseExperiment } from '../../../extension/experiment/parse';
import { SOUND } from '../experiment/helpers';
import { mendingTitles } from '../experiment/mending';

const NOTHING: EngineObstacles = { onnx: null, tensorflow: null };

function problemsOf(change: object, obstacles?: EngineObstacles): string[] {
  const { experiment } = parseExperiment(JSON.stringify({ ...SOUND, ...change }));
  return checkEngines(experiment!, obstacles).map(
    ({ severity, code, path, message }) => `${severity} ${code} at ${path.join('.')}: ${message}`,
  );
}

test('onnxruntime is there where the package has a binary for the platform', () => {
  const mac = { platform: 'darwin', arch: 'arm64', hasPackage: true, hasBinary: true };
  expect(onnxObstacle(mac)).toBeNull();
  expect(onnxObstacle({ ...mac, hasBinary: false })).toBe('onnxruntime has no binary for darwin-arm64');
  expect(onnxObstacle({ ...mac, hasBinary: false, hasPackage: false })).toBe(
    'the package onnxruntime-node is not installed',
  );
});

test('on this machine the engine onnx can run, and wasm anywhere', () => {
  expect(problemsOf({ training: { engine: 'onnx' }, variants: { a: { method: 'penalty', engine: 'wasm' } } })).toEqual(
    [],
  );
});

test('an engine that can not run here is told at each place that names it, in the words of the training', () => {
  const variants = {
    a: { method: 'penalty' },
    b: { method: 'penalty' },
    c: { method: 'penalty', engine: 'tensorflow' },
    d: { method: 'penalty', engine: 'auto' },
  };
  const experiment = { training: { engine: 'onnx' }, variants };
  const onnx = onnxObstacle({ platform: 'linux', arch: 'riscv64', hasPackage: true, hasBinary: false });
  expect(problemsOf(experiment, { onnx, tensorflow: 'it is not installed' })).toEqual([
    'warning engine.unavailable at training.engine: Engine "onnx" can\'t run here: onnxruntime has no binary for linux-riscv64. Please choose the engine "wasm", which runs everywhere, or "auto".',
    'warning engine.unavailable at variants.c.engine: Engine "tensorflow" can\'t run here: it is not installed. Install it with the command "Orthant: Install TensorFlow engine" in VS Code or with "npm run engine:tensorflow" in a checkout, or set the engine to "auto".',
  ]);
  expect(problemsOf(experiment, NOTHING)).toEqual([]);
});

test('what every variant changes for itself is not looked at', () => {
  const variants = { a: { method: 'penalty', engine: 'wasm' } };
  expect(problemsOf({ training: { engine: 'onnx' }, variants }, { ...NOTHING, onnx: 'gone' })).toEqual([]);
});

test('"auto" takes one that runs', async () => {
  const find = (text: string) => {
    const { experiment, problems, toProblem } = parseExperiment(text);
    return [...problems, ...checkEngines(experiment!, { ...NOTHING, tensorflow: 'gone' }).map(toProblem)];
  };
  const experiment = { ...SOUND, training: { engine: 'tensorflow' } };
  expect(await mendingTitles(experiment, 'engine.unavailable', find)).toEqual(['Change to "auto"']);
});
