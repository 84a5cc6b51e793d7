import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeTensors } from '../../extension/runs/safetensors';
import { buildIfStale } from './build';
import { orthant } from './cli';
import { Workspace } from './workspace';

let workspace: Workspace;
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => workspace.dispose());

describe('orthant train', () => {
  test('trains every variant, compares them and records each in a run folder', async () => {
    const { code, stdout, stderr } = await orthant(['train', workspace.experiment]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/48 training rows, 12 held out/);
    expect(stdout).toMatch(/engine (onnx|tensorflow|wasm) \S+ \(fastest engine that loads here/);
    expect(stdout).toMatch(/^baseline +(in)?feasible/m);
    expect(stdout).toMatch(/^penalty +(in)?feasible/m);
    // Two lines a variant: training rows, and held-out ones with what they say of new rows.
    expect(stdout).toMatch(/^penalty +(in)?feasible +training +[<>\d. ]+ % +\S+ sd +[\d.]+ +[+−]?[\d.]+ %$/m);
    expect(stdout).toMatch(/^G0, \d.* s +held out +[<>\d. ]+ % +≤ [\d.]+ % +\S+ sd +[\d.]+ +[+−]?[\d.]+ %$/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const runs = workspace.runs();
    expect(runs.map((run) => run.replace(/^.*Z-/, ''))).toEqual(['baseline', 'penalty']);
    for (const run of runs) {
      const events = workspace.events(run);
      expect(events[0]).toMatchObject({ type: 'started', run, epochs: 5, stepsPerEpoch: 3 });
      expect(events[1]).toMatchObject({ type: 'measured', epoch: 0, step: 0 });
      // The rows behind the last measure come after it.
      expect(events.at(-3)).toMatchObject({ type: 'measured', epoch: 5, step: 15 });
      expect(events.at(-2)).toMatchObject({ type: 'rows', epoch: 5, step: 15 });
      expect(events.at(-1)).toMatchObject({ type: 'ended', status: 'finished' });
      expect(workspace.summary(run)).toMatchObject({ run, status: 'finished', epochs: 5, steps: 15 });
    }
  });

  test('leaves a network in raw units that gives the outputs it reported', async () => {
    await orthant(['train', workspace.experiment, '--variant', 'penalty']);
    const [run] = workspace.runs();
    const file = readFileSync(path.join(workspace.runsFolder, run!, 'model.safetensors'));
    const tensors = new Map(decodeTensors(file).tensors.map((tensor) => [tensor.name, tensor]));
    expect([...tensors.keys()]).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
    expect(tensors.get('0.weight')!.shape).toEqual([8, 2]);
    // By hand, in raw units: y = W₂·relu(W₁·x + b₁) + b₂ over all rows; its minimum is the smaller of both splits'.
    const [w1, b1, w2, b2] = [...tensors.values()].map(({ values }) => values);
    const rows = readFileSync(path.join(workspace.folder, 'rain.csv'), 'utf8').trim().split('\n').slice(1);
    const outputs = rows.map((row) => {
      const [day, phase] = row.split(',').map(Number);
      let y = b2![0]!;
      for (let h = 0; h < 8; h++) y += w2![h]! * Math.max(0, w1![2 * h]! * day! + w1![2 * h + 1]! * phase! + b1![h]!);
      return y;
    });
    const { train, validation } = workspace.summary(run!);
    const reported = Math.min(train!.overall.minOutput, validation!.overall.minOutput);
    expect(Math.min(...outputs)).toBeCloseTo(reported, 4);
  });

  test('gives the same figures a second time', async () => {
    await orthant(['train', workspace.experiment, '--variant', 'penalty']);
    await orthant(['train', workspace.experiment, '--variant', 'penalty']);
    const [first, second] = workspace.runs().map((run) => workspace.summary(run));
    expect(second!.train).toEqual(first!.train);
    expect(second!.validation).toEqual(first!.validation);
    expect(second!.kkt).toEqual(first!.kkt);
  });

  test('prints the events and nothing else with --json', async () => {
    const { code, stdout } = await orthant(['train', workspace.experiment, '--variant', 'baseline', '--json']);
    expect(code).toBe(0);
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).toBe('started');
    expect(types.at(-1)).toBe('ended');
  });

  test('takes values from the command line and a folder for the runs', async () => {
    const runs = path.join(workspace.folder, 'elsewhere');
    const { code } = await orthant([
      'train',
      workspace.experiment,
      '--variant',
      'penalty',
      '--set',
      'training.epochs=2',
      '--set',
      'variants.penalty.alpha=3',
      '--runs',
      runs,
    ]);
    expect(code).toBe(0);
    expect(workspace.runs()).toEqual([]);
    const listed = await orthant(['runs', runs]);
    expect(listed.stdout).toMatch(/-penalty +finished/);
  });

  test('stops at Ctrl+C with exit code 130, a checkpoint and figures, and trains no further variant', async () => {
    workspace.writeExperiment({ training: { epochs: 1_000_000 } });
    const { code, stdout } = await orthant(['train', workspace.experiment], { interruptAt: /engine/ });
    expect(code).toBe(130);
    expect(stdout).toMatch(/baseline +stopped/);
    expect(workspace.runs()).toHaveLength(1);
    const [run] = workspace.runs();
    expect(workspace.summary(run!).status).toBe('stopped');
    const checkpoint = readFileSync(path.join(workspace.runsFolder, run!, 'checkpoint/state.safetensors'));
    const { metadata } = decodeTensors(checkpoint);
    expect(Number(metadata.step)).toBe(workspace.summary(run!).steps);
  });

  test('stops with everything recorded when nobody reads its output any more', async () => {
    workspace.writeExperiment({ training: { epochs: 1_000_000 } });
    const { code } = await orthant(['train', workspace.experiment, '--json'], { hangUpAt: /measured/ });
    expect(code).toBe(130);
    expect(workspace.runs()).toHaveLength(1);
    expect(workspace.summary(workspace.runs()[0]!).status).toBe('stopped');
  });

  test('ends a diverging training as failed with exit code 1, the step, the remedy and the last finite state', async () => {
    workspace.writeExperiment({
      training: { epochs: 200, optimizer: 'sgd', learningRate: 100 },
      variants: { wild: { method: 'unconstrained' }, tame: { method: 'penalty', learningRate: 0.01 } },
    });
    const { code, stdout, stderr } = await orthant(['train', workspace.experiment]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/wild: Training diverged at step \d+ \(epoch \d+\).*Lower "learningRate" \(now 100\)/);
    expect(stdout).toMatch(/^wild +failed/m);
    expect(stdout).toMatch(/^tame +(in)?feasible/m);
    const wild = workspace.runs().find((run) => run.endsWith('wild'))!;
    const checkpoint = readFileSync(path.join(workspace.runsFolder, wild, 'checkpoint/state.safetensors'));
    for (const { values } of decodeTensors(checkpoint).tensors) expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('Bad input gets one message with place and remedy, exit code 2, and nothing is written:', () => {
  const refused = async (message: RegExp, args: string[] = []): Promise<void> => {
    const { code, stdout, stderr } = await orthant(['train', workspace.experiment, ...args]);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => / error /.test(line)),
    ).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/internal|at .*\(.*:\d+:\d+\)/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(workspace.runs()).toEqual([]);
  };

  test('a missing column', async () => {
    workspace.writeExperiment({ data: { inputs: ['day', 'fase'] } });
    await refused(/rain\.orthant\.json:\d+:\d+ error data\.missing-column .*"fase".*phase/);
  });

  test('a text column as input', async () => {
    workspace.write('rain.csv', 'day,phase,rain\n1,new,0\n2,full,1\n3,new,2\n');
    await refused(/:\d+:\d+ error data\.\S+ .*phase/);
  });

  test('an empty cell', async () => {
    workspace.write('rain.csv', 'day,phase,rain\n1,2,0\n2,,1\n3,4,2\n4,5,6\n');
    await refused(/:\d+:\d+ error data\.\S+ .*phase.*row 2/);
  });

  test('a NaN', async () => {
    workspace.write('rain.csv', 'day,phase,rain\n1,2,0\n2,3,1\n3,NaN,2\n4,5,6\n');
    await refused(/:\d+:\d+ error data\.\S+ .*phase.*row 3/);
  });

  test('a ragged row', async () => {
    workspace.write('rain.csv', 'day,phase,rain\n1,2,0\n2,3\n3,4,2\n4,5,6\n');
    await refused(/error data\.\S+ .*(row|line) 3/i);
  });

  test('an empty file', async () => {
    workspace.write('rain.csv', '');
    await refused(/error data\.\S+ .*rain\.csv/);
  });

  test('a file that is not there', async () => {
    workspace.writeExperiment({ data: { source: 'snow.csv' } });
    await refused(/error data\.\S+ .*snow\.csv/);
  });

  test('a query with a mistake', async () => {
    workspace.writeExperiment({ data: { query: 'SELEC * FROM source' } });
    await refused(/error data\.\S+ .*SELEC/);
  });

  test('JSON with a syntax error', async () => {
    writeFileSync(workspace.experiment, '{ "data": { "source" "rain.csv" } }');
    await refused(/rain\.orthant\.json:1:\d+ error experiment\.syntax/);
  });

  test('an unknown field', async () => {
    workspace.writeExperiment({ training: { learningrate: 0.1 } });
    await refused(/error experiment\.unknown-field .*learningrate.*learningRate/);
  });

  test('an unknown method', async () => {
    workspace.writeExperiment({ variants: { a: { method: 'lagrange' } } });
    await refused(/error experiment\.unknown-method .*lagrange.*lagrangian/);
  });

  test('one row of data', async () => {
    workspace.write('rain.csv', 'day,phase,rain\n1,2,3\n');
    await refused(/error data\.\S+ .*row/);
  });

  test('a variant that is not there', async () => {
    await refused(/error experiment\.unknown-variant .*"lagrange".*baseline, penalty/, ['--variant', 'lagrange']);
  });

  test('an engine that can not be had', async () => {
    const { code, stderr } = await orthant(['train', workspace.experiment, '--engine', 'gpu']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/'gpu' is invalid.*auto/);
  });

  test('an experiment that is not there', async () => {
    const { code, stderr } = await orthant(['train', path.join(workspace.folder, 'snow.orthant.json')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/snow\.orthant\.json: there is no such file/);
  });

  test('a folder that can not be written', async () => {
    // Also for root, whom a read-only mode would not stop.
    const { code, stderr } = await orthant(['train', workspace.experiment, '--runs', '/proc/orthant']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Runs can't be written to \/proc\/orthant: .*--runs/);
  });
});

describe('Input that is odd but allowed trains, with a warning:', () => {
  test('a bound the data violates', async () => {
    workspace.writeExperiment({ constraint: { min: 0.5 } });
    const { code, stderr } = await orthant(['train', workspace.experiment]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/:\d+:\d+ warning data\.\S+ .*rain.*row/);
  });

  test('a batch larger than the data', async () => {
    workspace.writeExperiment({ training: { batchSize: 5000 } });
    const { code, stderr } = await orthant(['train', workspace.experiment]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning data\.\S+ .*5000/);
  });

  test('no hidden layer is said by check', async () => {
    workspace.writeExperiment({ network: { hidden: [] } });
    const { code, stdout } = await orthant(['check', workspace.experiment]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/:\d+:\d+ information \S+ .*hidden/);
  });
});

describe('orthant check', () => {
  test('says that a good experiment has no problems', async () => {
    const { code, stdout } = await orthant(['check', workspace.experiment]);
    expect(stdout).toMatch(/no problems/);
    expect(code).toBe(0);
  });

  test('prints problems as file:line:column severity code message', async () => {
    workspace.writeExperiment({ data: { inputs: ['dya'] } });
    const { code, stdout } = await orthant(['check', 'rain.orthant.json'], { cwd: workspace.folder });
    expect(stdout).toMatch(/^rain\.orthant\.json:\d+:\d+ error data\.missing-column .*"dya".*day/m);
    expect(code).toBe(2);
  });

  test('--fix mends what is beyond doubt, says what, and leaves the rest to a person', async () => {
    workspace.writeExperiment({ data: { inputs: ['Day', 'phase'] }, training: { batchSize: 5000 } });
    const check = (...options: string[]) =>
      orthant(['check', 'rain.orthant.json', ...options], { cwd: workspace.folder });
    const fixed = await check('--fix');
    expect(fixed.stdout).toMatch(/^rain\.orthant\.json:\d+:\d+ fixed data\.missing-column Change to "day"$/m);
    // 60 rows, a fifth of them held out.
    expect(fixed.stdout).toMatch(/fixed data\.batch-larger-than-data Set "batchSize": 48$/m);
    expect(fixed.stdout).toMatch(/no problems$/m);
    expect(fixed.code).toBe(0);
    expect(JSON.parse(readFileSync(workspace.experiment, 'utf8'))).toMatchObject({
      data: { inputs: ['day', 'phase'] },
      training: { epochs: 5, batchSize: 48 },
    });

    workspace.writeExperiment({ variants: { odd: { method: 'penalty', percent: 3 } } });
    const before = readFileSync(workspace.experiment, 'utf8');
    expect(await check('--fix')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/error method\.foreign-field/),
    });
    expect(readFileSync(workspace.experiment, 'utf8')).toBe(before);

    // What is near is no more than a guess.
    workspace.writeExperiment({ data: { inputs: ['dya', 'phase'] } });
    expect((await check('--fix')).stdout).toMatch(/^rain\.orthant\.json:\d+:\d+ error data\.missing-column .*"dya"/m);
  });

  test('--json prints an object a problem, with the changes of the text that would mend it', async () => {
    workspace.writeExperiment({ data: { inputs: ['dya', 'phase'] } });
    const { stdout, code } = await orthant(['check', workspace.experiment, '--json']);
    const text = readFileSync(workspace.experiment, 'utf8');
    const [problem, ...others] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      file: workspace.experiment,
      code: 'data.missing-column',
      severity: 'error',
      message: expect.stringMatching(/^There is no column "dya"/),
      range: { start: { character: 6 } },
      fixes: [
        {
          title: 'Change to "day"',
          change: { offset: text.indexOf('dya'), length: 3, content: 'day' },
        },
      ],
    });
    expect(code).toBe(2);
  });
});

describe('orthant export', () => {
  test('writes the network and the measures of a run', async () => {
    await orthant(['train', workspace.experiment, '--variant', 'baseline']);
    const run = path.join(workspace.runsFolder, workspace.runs()[0]!);
    const csv = path.join(workspace.folder, 'metrics.csv');
    expect((await orthant(['export', run, '--format', 'csv', '--output', csv])).code).toBe(0);
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe(
      'epoch,step,elapsedMs,split,target,samples,rowsOutside,loss,rmse,mae,r2,negativeShare,violationRate1e-4,violationRate1e-3,violationRate1e-2,minOutput,maxViolation,meanViolation',
    );
    expect(lines[1]).toMatch(/^0,0,\d+,train,overall,48,\d+,/);
    expect(lines[2]).toMatch(/^0,0,\d+,train,rain,48,\d+,/);
    expect(lines[3]).toMatch(/^0,0,\d+,validation,overall,12,\d+,/);
    const model = path.join(workspace.folder, 'model.safetensors');
    expect((await orthant(['export', run, '--format', 'safetensors', '--output', model])).code).toBe(0);
    expect(decodeTensors(readFileSync(model)).tensors).toHaveLength(4);
  });

  test('writes the measures of all runs of an experiment as one table', async () => {
    await orthant(['train', workspace.experiment]);
    const csv = path.join(workspace.folder, 'runs.csv');
    const parquet = path.join(workspace.folder, 'runs.parquet');
    const exported = (format: string, output: string) =>
      orthant(['export', workspace.folder, '--format', format, '--output', output]);
    expect(await exported('csv', csv)).toMatchObject({ code: 0, stdout: `Wrote ${csv}\n`, stderr: '' });
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toMatch(/^run,variant,method,seed,configuration,sweep,assignments,epoch,step,/);
    expect(new Set(lines.slice(1).map((line) => line.split(',')[0]))).toEqual(new Set(workspace.runs()));
    expect(await exported('parquet', parquet)).toMatchObject({ code: 0, stdout: `Wrote ${parquet}\n`, stderr: '' });
    // Parquet begins and ends so.
    const bytes = readFileSync(parquet);
    expect([bytes.subarray(0, 4), bytes.subarray(-4)].map(String)).toEqual(['PAR1', 'PAR1']);

    // And of those that another program names, a line each or, where names are odd, with a zero byte after each.
    const two = workspace.runs().slice(0, 2);
    const folders = two.map((run) => path.join(workspace.runsFolder, run));
    for (const input of [folders.join('\n'), folders.map((folder) => `${folder}\0`).join('')]) {
      const args = ['export', '-', '--format', 'csv', '--output', csv];
      expect(await orthant(args, { input })).toMatchObject({ code: 0, stderr: '' });
      const rows = readFileSync(csv, 'utf8').trimEnd().split('\n').slice(1);
      expect(new Set(rows.map((line) => line.split(',')[0]))).toEqual(new Set(two));
    }
    expect(await orthant(['export', '-', '--format', 'csv', '--output', csv])).toMatchObject({
      code: 2,
      stderr: 'The input names no run folder. Write one a line.\n',
    });
  });

  test('writes the network of another moment on demand, and says so when the run kept none', async () => {
    await orthant(['train', workspace.experiment, '--variant', 'baseline']);
    const run = path.join(workspace.runsFolder, workspace.runs()[0]!);
    const output = path.join(workspace.folder, 'most-feasible.safetensors');
    const exported = (format: string, snapshot: string) =>
      orthant(['export', run, '--format', format, '--snapshot', snapshot, '--output', output]);
    expect(await exported('safetensors', 'most-feasible')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(output)).toEqual(readFileSync(path.join(run, 'model.most-feasible.safetensors')));
    expect(decodeTensors(readFileSync(output)).metadata.step).toBe(
      String(workspace.summary(path.basename(run)).snapshots!.mostFeasible!.step),
    );
    expect(await exported('onnx', 'most-feasible')).toMatchObject({ code: 0, stderr: '' });

    rmSync(path.join(run, 'model.best.safetensors'), { force: true });
    for (const format of ['safetensors', 'onnx']) {
      const { code, stderr } = await exported(format, 'best');
      expect(stderr).toMatch(
        /has no model\.best\.safetensors: the training outputs were within "constraint\.tolerance"/,
      );
      expect(code).toBe(2);
    }
    const csv = await exported('csv', 'best');
    expect(csv).toMatchObject({ code: 2, stderr: expect.stringMatching(/--snapshot best: it names a network/) });
    expect((await exported('onnx', 'worst')).code).toBe(2);
  });

  test('writes a PyTorch script, and with "--rows copy" the rows beside it', async () => {
    await orthant(['train', workspace.experiment, '--variant', 'penalty']);
    const run = path.join(workspace.runsFolder, workspace.runs()[0]!);
    const script = path.join(workspace.folder, 'penalty.py');
    const exported = (...further: string[]) =>
      orthant(['export', run, '--format', 'pytorch', '--output', script, ...further]);
    expect(await exported()).toMatchObject({ code: 0, stdout: `Wrote ${script}\n`, stderr: '' });
    const text = readFileSync(script, 'utf8');
    expect(text).toMatch(/^"""\nPenalty: /);
    expect(text).toMatch(/^FOLDER = Path\(__file__\)\.absolute\(\)\.parent\nFILES = \["rain\.csv"\]$/m);
    expect(text).toMatch(
      new RegExp(`^ {4}"train": \\(${workspace.summary(path.basename(run)).train!.overall.loss}, `, 'm'),
    );

    const rows = path.join(workspace.folder, 'penalty.rows.safetensors');
    expect(await exported('--rows', 'copy')).toMatchObject({ code: 0, stdout: `Wrote ${script}\nWrote ${rows}\n` });
    const shapes = decodeTensors(readFileSync(rows)).tensors.map(({ name, shape }) => [name, ...shape]);
    expect(shapes).toEqual([
      ['train.inputs', 48, 2],
      ['train.targets', 48, 1],
      ['held_out.inputs', 12, 2],
      ['held_out.targets', 12, 1],
    ]);

    expect(await exported('--snapshot', 'best')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/the script trains the network anew/),
    });
    workspace.write('rain.csv', 'day,phase,rain\n1,2,3\n2,3,4\n');
    const changed = await exported();
    expect(changed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/have changed since the run: the script goes by them as they are now/),
    });
    expect(await exported('--rows', 'copy')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/so that its rows can't be copied/),
    });
    rmSync(path.join(workspace.folder, 'rain.csv'));
    expect(await exported()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/can't be read any more, .* There is no file "rain\.csv"/),
    });
  });

  test('of a foreign summary lists the run as lost instead of failing', async () => {
    await orthant(['train', workspace.experiment, '--variant', 'baseline']);
    const [run] = workspace.runs();
    writeFileSync(path.join(workspace.runsFolder, run!, 'summary.json'), '{ "status": "finished" }');
    const { code, stdout } = await orthant(['runs', workspace.folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/-baseline +lost/);
  });

  test('refuses a folder that is no run', async () => {
    const { code, stderr } = await orthant(['export', workspace.folder, '--format', 'csv', '--output', 'x.csv']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is not a run folder/);
  });
});
