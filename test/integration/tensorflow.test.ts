/**
 * The engine `tensorflow` for real: installed by the script, by the way that builds its native part, and trained with.
 * About half a minute where pip has the package at hand; skipped, loudly, where it can't be had.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { InstallerProcess } from '../../extension/host/installerProcess';
import { findMethod, METHODS } from '../../extension/methods/registry';
import { activationRange } from '../../extension/network/featureRange';
import { RUN_FILES } from '../../extension/protocol/runFiles';
import { decodeTensors } from '../../extension/runs/safetensors';
import { npmCli } from '../../scripts/lib/npm.mjs';
import { findVsCodeServer } from '../../scripts/lib/vscodeServer.mjs';
import { buildIfStale } from './build';
import { ROOT } from './cli';
import { enginesIn, installationsIn, pathOf, startInstaller, whyUnavailable } from './installer';

const NODE_24 = '24.21.0';
const EXAMPLE = path.join(ROOT, 'examples/weather/weather.orthant.json');

const EPOCHS = 12;
const OPTIMIZERS = [
  { optimizer: 'adam', settings: [] },
  { optimizer: 'sgd', settings: ['training.optimizer=sgd', 'training.learningRate=0.02'] },
  {
    optimizer: 'sgd with momentum',
    settings: ['training.optimizer=sgd', 'training.momentum=0.9', 'training.learningRate=0.005'],
  },
];
/** Large dual steps make a training sensitive: what two libraries round differently then grows from step to step. */
const GENTLE: Readonly<Record<string, object>> = {
  lagrangian: { dualLearningRate: 1, damping: 1 },
  'augmented-lagrangian': { dualLearningRate: 1, penaltyCoefficient: 2 },
};

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-engine-'));
const data = path.join(folder, 'data');

beforeAll(buildIfStale, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trains as the command line does; without a library path, which a desktop's editor has none of. */
function train(args: readonly string[], { node = process.execPath, home = data, experiment = EXAMPLE } = {}) {
  const runs = mkdtempSync(path.join(folder, 'runs-'));
  const { LD_LIBRARY_PATH, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(
    node,
    [path.join(ROOT, 'dist/cli.js'), 'train', experiment, '--runs', runs, ...args],
    { encoding: 'utf8', env: { ...environment, ORTHANT_DATA: home }, timeout: 90_000, maxBuffer: 1 << 28 },
  );
  return { code: status, stdout, stderr, runs: readdirSync(runs), checkpoints: checkpointsIn(runs) };
}

/** Per variant, the last state by tensor: weights and each sample's multipliers, without the optimizer's moments. */
function checkpointsIn(runs: string): Map<string, Map<string, Float32Array>> {
  return new Map(
    readdirSync(runs).map((id) => {
      const { variant } = JSON.parse(readFileSync(path.join(runs, id, RUN_FILES.run), 'utf8')) as { variant: string };
      const { tensors } = decodeTensors(readFileSync(path.join(runs, id, RUN_FILES.checkpoint)));
      const kept = tensors.filter(({ name }) => !name.startsWith('optimizer.'));
      return [variant, new Map(kept.map(({ name, values }) => [name, values]))];
    }),
  );
}

/** Two bounds of every target, and features between bounds, are what a few methods need and others can't have. */
const SETTINGS = [
  { network: { hidden: [64, 64], activation: 'relu' }, constraint: { min: 0 } },
  { network: { hidden: [64, 64], activation: 'sigmoid' }, constraint: { min: 0, max: 100 } },
] as const;
type Setting = (typeof SETTINGS)[number];

/** The methods that train in this setting and in none before. */
function methodsFor(setting: Setting): string[] {
  const suits = (name: string, { network, constraint }: Setting): boolean => {
    const { check, fields } = findMethod(name)!;
    const { activation } = network;
    const max = 'max' in constraint ? constraint.max : null;
    const targets = ['precipitation', 'wind'].map((target) => ({ name: target, min: constraint.min, max }));
    const features = activationRange(activation);
    const facts = { activation, features, hiddenLayers: 2, loss: 'mse', optimizer: 'adam', targets };
    return check(fields.parse({}), facts).every(({ severity }) => severity !== 'error');
  };
  return METHODS.map(({ name }) => name).filter((name) => SETTINGS.find((each) => suits(name, each)) === setting);
}

/** The weather example with a variant for each of these methods, its multipliers at steps that suit so short a training. */
function experimentOf(methods: readonly string[], setting: Setting): string {
  copyFileSync(path.join(path.dirname(EXAMPLE), 'seattle-weather.csv'), path.join(folder, 'seattle-weather.csv'));
  const example = parse(readFileSync(EXAMPLE, 'utf8')) as Record<string, unknown> & { training: object };
  const file = path.join(folder, 'methods.orthant.json');
  const variants = Object.fromEntries(methods.map((name) => [name, { method: name, ...GENTLE[name] }]));
  const training = { ...example.training, epochs: EPOCHS };
  writeFileSync(file, JSON.stringify({ ...example, ...setting, training, variants }));
  return file;
}

interface Event {
  type: string;
  variant?: string;
  epoch?: number;
  /** `null` before the first step. */
  batchLoss?: number | null;
  train?: { overall: { loss: number } };
}

/**
 * Per variant, the losses by epoch: of the epoch's last batch and over all rows. Measures are taken by time, so not at
 * every epoch.
 */
function losses(stdout: string): Map<string, Map<number, [number, number]>> {
  const variants = new Map<string, Map<number, [number, number]>>();
  let current = new Map<number, [number, number]>();
  for (const line of stdout.split('\n').filter((each) => each.startsWith('{'))) {
    const { type, variant, epoch, batchLoss, train } = JSON.parse(line) as Event;
    if (type === 'started') {
      current = new Map();
      variants.set(variant!, current);
    } else if (type === 'measured' && typeof batchLoss === 'number') {
      current.set(epoch!, [batchLoss, train!.overall.loss]);
    }
  }
  return variants;
}

/** Node 24 of the editor's server when that is installed, else from npm; `null` where neither can be had. */
function findNode24(): string | null {
  const server = findVsCodeServer();
  if (server?.nodeVersion.startsWith('24.')) return server.node;
  const home = path.join(ROOT, '.cache/node24');
  const name = `node-${process.platform}-${process.arch}`;
  const node = path.join(home, 'node_modules', name, 'bin/node');
  if (existsSync(node)) return node;
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'package.json'), '{ "private": true }\n');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts'];
  spawnSync(process.execPath, [npmCli(), 'install', `${name}@${NODE_24}`, ...options], { cwd: home, timeout: 120_000 });
  return existsSync(node) ? node : null;
}

describe('Without an installation', () => {
  test('the engine asked for by name is refused with the remedy, and nothing is written', () => {
    const { code, stderr, stdout, runs } = train(['--engine', 'tensorflow'], { home: path.join(folder, 'none') });
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('engine.unavailable');
    expect(stdout + stderr).toContain('"Orthant: Install TensorFlow engine"');
    expect(stdout + stderr).toContain('npm run engine:tensorflow');
    expect(runs).toEqual([]);
  });

  test('one that was made and does not load is refused with the reason', () => {
    const home = path.join(folder, 'broken');
    const module = path.join(enginesIn(home), 'made/node_modules/@tensorflow/tfjs-node');
    mkdirSync(path.join(module, 'lib/napi-v8'), { recursive: true });
    writeFileSync(path.join(enginesIn(home), 'current.json'), '{ "folder": "made", "version": "4.22.0" }');
    writeFileSync(path.join(module, 'package.json'), '{ "main": "index.js" }');
    writeFileSync(path.join(module, 'lib/napi-v8/tfjs_binding.node'), 'no library');
    writeFileSync(path.join(module, 'index.js'), 'require("./lib/napi-v8/tfjs_binding.node")');
    const { code, stderr, stdout, runs } = train(['--engine', 'tensorflow'], { home });
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(/does not load \(.*tfjs_binding\.node.*\)/);
    expect(runs).toEqual([]);
  });

  test('a missing npm is said at once, with what to do', async () => {
    const home = path.join(folder, 'no-npm');
    const { code, output } = await startInstaller(home, { PATH: pathOf(path.join(folder, 'bin-none'), ['node']) })
      .ended;
    expect(code).toBe(1);
    expect(output).toContain('npm is not on PATH');
    expect(output).toContain('Install Node.js with npm');
    expect(installationsIn(home)).toEqual([]);
  });

  test('a second installer gives way, and a cancelled one takes back what it did', async () => {
    const home = path.join(folder, 'cancelled');
    const first = startInstaller(home);
    await first.said('▸ npm packages');
    const second = await startInstaller(home).ended;
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/is being installed into .* already by process \d+/);
    first.process.kill('SIGTERM');
    const { code, output } = await first.ended;
    expect(output).toContain('Cancelled.');
    expect(code).toBe(130);
    expect(installationsIn(home)).toEqual([]);
  });
});

test('An installation that is cancelled in the editor takes back what it did, and names its steps until then', async () => {
  const home = path.join(folder, 'editor');
  vi.stubEnv('ORTHANT_DATA', home);
  const quiet = (): void => {};
  const steps: string[] = [];
  const installer: InstallerProcess = new InstallerProcess({
    module: path.join(ROOT, 'dist/tensorflow.js'),
    log: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
    onProgress: (message) => {
      if (message.type !== 'step') return;
      steps.push(message.step);
      setTimeout(() => installer.cancel(), 500);
    },
  });
  vi.unstubAllEnvs();
  expect(await installer.ended).toEqual({ type: 'cancelled' });
  expect(steps[0]).toBe('packages');
  expect(installationsIn(home)).toEqual([]);
});

describe.sequential('The installed engine', () => {
  let unavailable: string | null = null;
  let output = '';

  beforeAll(async () => {
    const result = await startInstaller(data).ended;
    output = result.output;
    unavailable = whyUnavailable(result);
    if (unavailable === null) return;
    console.error(`SKIPPED: the engine tensorflow, because it can't be installed here. ${unavailable}`);
  }, 500_000);

  test('is fetched, built and tried step by step', (context) => {
    if (unavailable !== null) context.skip();
    // Where its own download works, nothing has to be built.
    if (/✓ native part, by its own download/.test(output)) context.skip();
    expect(output).toMatch(/✗ native part, by its own download/);
    for (const step of ['npm packages', 'TensorFlow, by pip', 'unpacking TensorFlow', 'computing with it']) {
      expect(output).toContain(`✓ ${step}`);
    }
    expect(output).toMatch(/Engine tensorflow 4\.22\.0 \(TensorFlow 2\.\d+\.\d+\) is installed in /);
  });

  test('holds what it computes with, and nothing that was only needed to make it', (context) => {
    if (unavailable !== null) context.skip();
    const [home, current, ...others] = installationsIn(data);
    expect([current, others]).toEqual(['current.json', []]);
    const files = readdirSync(path.join(enginesIn(data), home!), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.(h|cc|whl|map)$|\.d\.ts$|_test\.js$|(^|\/)include$/.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(node|so\.2|dylib)$/.test(file))).toHaveLength(3);
  });

  test('trains every method: each suits one of the settings', () => {
    expect(SETTINGS.flatMap(methodsFor).sort()).toEqual(METHODS.map(({ name }) => name).sort());
  });

  test.for(OPTIMIZERS.flatMap((optimizer) => SETTINGS.map((setting) => ({ ...optimizer, ...setting, setting }))))(
    'trains every method with $optimizer and $network.activation to the same losses, weights and multipliers as the other engines',
    ({ settings, setting }, context) => {
      if (unavailable !== null) context.skip();
      const methods = methodsFor(setting);
      const experiment = experimentOf(methods, setting);
      const train12 = (engine: string) =>
        train(['--engine', engine, '--json', ...settings.flatMap((each) => ['--set', each])], { experiment });
      const [tensorflow, onnx, wasm] = ['tensorflow', 'onnx', 'wasm'].map(train12);
      expect([tensorflow!.code, onnx!.code, wasm!.code]).toEqual([0, 0, 0]);
      expect(tensorflow!.stdout).toMatch(/"engine":\{"name":"tensorflow","version":"4\.22\.0 \(TensorFlow 2\./);
      for (const other of [tensorflow!, onnx!]) {
        const [ours, theirs] = [losses(other.stdout), losses(wasm!.stdout)];
        expect([...ours.keys()]).toEqual(methods);
        for (const [variant, curve] of ours) {
          const common = [...curve.keys()].filter((epoch) => theirs.get(variant)!.has(epoch));
          expect(common).toContain(EPOCHS);
          for (const epoch of common) {
            const [batch, overall] = curve.get(epoch)!;
            const [batchThere, overallThere] = theirs.get(variant)!.get(epoch)!;
            // 120 steps in float32, whose sums the libraries take in different orders.
            expect(Math.abs(batch / batchThere - 1), `${variant}, epoch ${epoch}, batch`).toBeLessThan(1e-3);
            expect(Math.abs(overall / overallThere - 1), `${variant}, epoch ${epoch}, all rows`).toBeLessThan(1e-3);
          }
          const [state, stateThere] = [other, wasm!].map(({ checkpoints }) => checkpoints.get(variant)!);
          for (const [name, values] of state!) {
            // Features that nearly depend on each other leave the exact last layer many weights for the same outputs.
            if (variant === 'polish' && name.startsWith('4.')) continue;
            const there = stateThere!.get(name)!;
            const scale = Math.max(...there.map(Math.abs), 1e-6);
            const furthest = Math.max(...values.map((value, index) => Math.abs(value - there[index]!)));
            expect(furthest / scale, `${variant}, ${name}`).toBeLessThan(5e-3);
          }
        }
      }
    },
  );

  test("trains in Node 24, VS Code's own, which dropped functions that the package calls", (context) => {
    if (unavailable !== null) context.skip();
    const node = findNode24();
    if (node === null) {
      console.error('SKIPPED: the engine tensorflow in Node 24, because npm can not fetch that Node here.');
      return context.skip();
    }
    expect(spawnSync(node, ['-p', 'typeof util.isNullOrUndefined'], { encoding: 'utf8' }).stdout.trim()).toBe(
      'undefined',
    );
    const { code, stdout } = train(['--engine', 'tensorflow', '--variant', 'penalty', '--set', 'training.epochs=2'], {
      node,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('engine tensorflow 4.22.0 (TensorFlow 2.');
  });

  test('stays as it is when a later installation fails, which says what is missing', async (context) => {
    if (unavailable !== null) context.skip();
    const before = installationsIn(data);
    const current = readFileSync(path.join(enginesIn(data), 'current.json'), 'utf8');
    const PATH = pathOf(path.join(folder, 'bin-some'), ['node', 'npm', 'sh', 'env']);
    const { code, output } = await startInstaller(data, { PATH }).ended;
    expect(code).toBe(1);
    expect(output).toContain('neither did building it (no C++ compiler is on PATH)');
    expect(installationsIn(data)).toEqual(before);
    expect(readFileSync(path.join(enginesIn(data), 'current.json'), 'utf8')).toBe(current);
  });
});
