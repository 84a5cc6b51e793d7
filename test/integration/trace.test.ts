/** The graph of a training step on the command line, and the network of a run as `model.onnx`. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeTensors, encodeTensors } from '../../extension/runs/safetensors';
import { buildIfStale } from './build';
import { orthant } from './cli';
import { Workspace } from './workspace';

beforeAll(buildIfStale);

describe('orthant trace', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.dispose());
  const file = (name: string): string => path.join(workspace.folder, name);

  test('prints what the graph is of and then the graph as it runs, and trains nothing', async () => {
    const { code, stdout, stderr } = await orthant(['trace', workspace.experiment, '--variant', 'penalty']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 8)).toEqual([
      '# rain · penalty: one training step as it runs, compiled',
      expect.stringMatching(
        /^# method {5}penalty, alpha 10, form quadratic, alphaSchedule constant, .*reduction mean$/,
      ),
      '# optimizer  adam, loss mse',
      '# batch      16 samples, 2 inputs, 1 output',
      expect.stringMatching(/^# nodes {6}\d+ traced → \d+ after the passes$/),
      // An epoch has no more.
      '# calls      at most 3 steps each, as estimated',
      '# engine     onnx',
      '',
    ]);
    const [traced, compiled] = [...lines[4]!.matchAll(/\d+/g)].map(Number);
    expect(compiled).toBeLessThan(traced!);
    expect(lines.slice(8).every((line) => /^(input {3}|output {2}|v\d+ )/.test(line))).toBe(true);
    expect(stdout).toMatch(/^v\d+ = Gemm\(inputs, 0\.weight, 0\.bias\) {2}f32\[16,8\]$/m);
    expect(stdout).toMatch(/^output {2}next\.0\.weight = v\d+$/m);
    expect(workspace.runs()).toEqual([]);
  });

  test('prints the same text again, and shows all steps of a call when unrolled', async () => {
    const args = ['trace', workspace.experiment, '--variant', 'penalty', '--stage'];
    const [traced, again, unrolled] = [
      await orthant([...args, 'traced']),
      await orthant([...args, 'traced']),
      await orthant([...args, 'unrolled']),
    ];
    expect(again.stdout).toBe(traced.stdout);
    expect(traced.stdout).toMatch(/^v\d+ = Expand\(/m);
    // 48 training rows in batches of 16.
    expect(unrolled.stdout).toMatch(/^input {3}inputs {2}f32\[48,2\]$/m);
    expect(unrolled.stdout).toMatch(/^# nodes .* after the passes, \d+ in the first call of an epoch$/m);
  });

  test('needs no name where there is one variant, and takes values from the command line', async () => {
    workspace.writeExperiment({ variants: { only: { method: 'lagrangian' } } });
    const { code, stdout } = await orthant(['trace', workspace.experiment, '--set', 'training.batchSize=6']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# rain · only: /);
    expect(stdout).toMatch(/^input {3}rows\.lower\.multiplier {2}f32\[6,1\]$/m);
  });

  test('writes an ONNX model that onnxruntime opens, or the text, over a file that is there', async () => {
    const args = ['trace', workspace.experiment, '--variant', 'penalty', '--output'];
    writeFileSync(file('step.onnx'), 'old');
    const model = await orthant([...args, file('step.onnx')]);
    expect(model).toMatchObject({ code: 0, stdout: `Wrote ${file('step.onnx')}\n`, stderr: '' });
    const session = await InferenceSession.create(file('step.onnx'));
    expect(session.inputNames).toContain('scalars.alpha');
    expect(session.outputNames).toContain('next.0.weight');
    await orthant([...args, file('step.txt')]);
    const printed = await orthant(['trace', workspace.experiment, '--variant', 'penalty']);
    expect(readFileSync(file('step.txt'), 'utf8')).toBe(printed.stdout);
  });

  test('ends quietly when nobody reads on', async () => {
    const { code, stderr } = await orthant(['trace', workspace.experiment, '--variant', 'penalty'], { hangUpAt: /#/ });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  describe('refuses with exit code 2, a reason and nothing on stdout', () => {
    const refused = async (message: RegExp, args: string[]): Promise<void> => {
      const { code, stdout, stderr } = await orthant(['trace', ...args]);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/internal|at .*\(.*:\d+:\d+\)/);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    };

    test('several variants and no name', async () => {
      await refused(/has 2 variants; name one with --variant: baseline, penalty\./, [workspace.experiment]);
    });

    test('two names', async () => {
      await refused(/one variant is shown at a time/, [workspace.experiment, '-v', 'baseline', '-v', 'penalty']);
    });

    test('a variant that is not there', async () => {
      const args = [workspace.experiment, '--variant', 'lagrange'];
      await refused(/:\d+:\d+ error experiment\.unknown-variant .*"lagrange".*baseline, penalty/, args);
    });

    test('an experiment with a mistake, whether a variant is named or not', async () => {
      workspace.writeExperiment({ data: { inputs: ['day', 'fase'] } });
      const args = [workspace.experiment, '--variant', 'penalty'];
      await refused(/rain\.orthant\.json:\d+:\d+ error data\.missing-column .*"fase".*phase/, args);
      writeFileSync(workspace.experiment, '{ "data": { "source" "rain.csv" } }');
      await refused(/rain\.orthant\.json:1:\d+ error experiment\.syntax/, [workspace.experiment]);
    });

    test('an experiment that is not there', async () => {
      await refused(/snow\.orthant\.json: there is no such file/, [file('snow.orthant.json')]);
    });

    test('a stage, a value or an output that means nothing', async () => {
      const args = [workspace.experiment, '--variant', 'penalty'];
      await refused(/'lowered' is invalid.*traced, compiled, unrolled/, [...args, '--stage', 'lowered']);
      await refused(/"data\.source\.x" can't be set/, [...args, '--set', 'data.source.x=1']);
      await refused(/--output graph\.png: name a file that ends in \.txt .* \.onnx/, [
        ...args,
        '--output',
        'graph.png',
      ]);
    });

    test('an output that can not be written', async () => {
      const args = [workspace.experiment, '--variant', 'penalty', '--output'];
      const absent = file('absent/step.onnx');
      await refused(/absent\/step\.onnx can't be written: its folder is not there\. .*--output/, [...args, absent]);
      mkdirSync(file('folder.txt'));
      await refused(/folder\.txt can't be written: it is a folder\./, [...args, file('folder.txt')]);
    });
  });
});

describe('orthant export --format onnx', () => {
  let workspace: Workspace;
  let run: string;
  beforeAll(async () => {
    workspace = new Workspace();
    await orthant(['train', workspace.experiment, '--variant', 'penalty']);
    run = path.join(workspace.runsFolder, workspace.runs()[0]!);
  });
  afterAll(() => workspace.dispose());
  const exported = (output: string): ReturnType<typeof orthant> =>
    orthant(['export', run, '--format', 'onnx', '--output', output]);

  test('writes a network in raw units that gives the outputs the run reported, for any number of samples', async () => {
    const output = path.join(workspace.folder, 'model.onnx');
    expect(await exported(output)).toMatchObject({ code: 0, stdout: `Wrote ${output}\n`, stderr: '' });
    const session = await InferenceSession.create(output);
    expect([session.inputNames, session.outputNames]).toEqual([['inputs'], ['outputs']]);
    const predict = async (samples: number[][]): Promise<number[]> => {
      const inputs = new Tensor('float32', Float32Array.from(samples.flat()), [samples.length, 2]);
      const { outputs } = await session.run({ inputs });
      expect(outputs!.dims).toEqual([samples.length, 1]);
      return [...(outputs!.data as Float32Array)];
    };
    const rows = readFileSync(path.join(workspace.folder, 'rain.csv'), 'utf8').trim().split('\n').slice(1);
    const samples = rows.map((row) => row.split(',').slice(0, 2).map(Number));
    const all = await predict(samples);
    const { train, validation } = workspace.summary(path.basename(run));
    // float32 in raw units here, in training units there: they agree to 1e-5 of outputs up to 5.
    const reported = Math.min(train!.overall.minOutput, validation!.overall.minOutput);
    expect(Math.abs(Math.min(...all) - reported)).toBeLessThan(5e-5);
    // And with the weights that PyTorch would load, computed by hand: y = W₂·relu(W₁·x + b₁) + b₂.
    const { tensors } = decodeTensors(readFileSync(path.join(run, 'model.safetensors')));
    const [w1, b1, w2, b2] = tensors.map(({ values }) => values);
    const byHand = ([day, phase]: number[]): number =>
      b1!.reduce(
        (sum, bias, h) => sum + w2![h]! * Math.max(0, w1![2 * h]! * day! + w1![2 * h + 1]! * phase! + bias),
        b2![0]!,
      );
    for (const count of [1, 7, 1000]) {
      const some = Array.from({ length: count }, (_, index) => samples[index % samples.length]!);
      const given = await predict(some);
      const worst = Math.max(...some.map((sample, index) => Math.abs(byHand(sample) - given[index]!)));
      expect(worst).toBeLessThan(1e-5);
    }
  });

  test('refuses a folder that is no run, and a run that left no network or one that is damaged', async () => {
    const output = path.join(workspace.folder, 'refused.onnx');
    const args = ['--format', 'onnx', '--output', output];
    const none = await orthant(['export', workspace.folder, ...args]);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/is not a run folder/) });

    const model = path.join(run, 'model.safetensors');
    const whole = readFileSync(model);
    writeFileSync(model, whole.subarray(0, 100));
    expect(await exported(output)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/can't be read: .*cut off/),
    });
    const { tensors } = decodeTensors(whole);
    writeFileSync(model, encodeTensors({ tensors: tensors.slice(1) }));
    expect(await exported(output)).toMatchObject({ code: 2, stderr: expect.stringMatching(/no network of linear/) });
    rmSync(model);
    expect(await exported(output)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/has no model\.safetensors/),
    });
    expect(existsSync(output)).toBe(false);
  });
});
