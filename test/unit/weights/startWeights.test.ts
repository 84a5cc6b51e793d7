/** `network.from`: the first outputs are those of the file, whatever scaling is trained in, and a bad file is told. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDataReader } from '../../../extension/data/openDataReader';
import { parseExperiment } from '../../../extension/experiment/parse';
import { exportSafetensors } from '../../../extension/export/safetensors';
import type { LogEvent } from '../../../extension/protocol/events';
import type { Problem } from '../../../extension/protocol/problems';
import { RUN_FILES, type RunFile } from '../../../extension/protocol/runFiles';
import { decodeTensors } from '../../../extension/runs/safetensors';
import { TrainingControl } from '../../../extension/trainer/control';
import { Model } from '../../../extension/trainer/model';
import { type PreparedVariant, prepare } from '../../../extension/trainer/prepare';
import { runVariant } from '../../../extension/trainer/runVariant';
import { inspectExperiment } from '../../../extension/weights/inspectExperiment';
import { mendingTitles } from '../experiment/mending';
import { f32, f64, fileOf, halves, predictSmall, SMALL, tensorFile } from './weightsFile';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const experimentPath = path.join(folder, 'start.orthant.json');

/** Inputs far from 0 and of unlike spreads, a target of hundreds. */
const ROWS = Array.from({ length: 40 }, (_, row): [number, number] => [20 + 3 * Math.sin(row), 5 + row / 10]);
writeFileSync(
  path.join(folder, 'data.csv'),
  `a,b,y\n${ROWS.map(([a, b], row) => `${a},${b},${100 + 40 * Math.cos(row)}`).join('\n')}\n`,
);

function write(name: string, bytes: Uint8Array): string {
  writeFileSync(path.join(folder, name), bytes);
  return name;
}

interface Changes {
  readonly from?: string;
  readonly network?: object;
  readonly data?: object;
  readonly constraint?: object;
  readonly training?: object;
  readonly variants?: object;
}

function textOf({ from = 'small.safetensors', network, data, constraint, training, variants }: Changes): string {
  return JSON.stringify({
    data: { source: 'data.csv', inputs: ['a', 'b'], targets: ['y'], validation: 0, ...data },
    network: { from, ...network },
    constraint: constraint ?? { min: 0 },
    training: { epochs: 2, batchSize: 20, ...training },
    variants: variants ?? { penalty: { method: 'penalty' } },
  });
}

async function prepared(changes: Changes): Promise<PreparedVariant> {
  const { variants, problems } = await prepare({ experimentPath, text: textOf(changes), engine: 'onnx' });
  if (variants === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  return variants[0]!;
}

/** Outputs of the training rows before the first step, in raw units. */
async function firstOutputs(changes: Changes): Promise<number[]> {
  const variant = await prepared(changes);
  const model = await Model.create(variant);
  const { values } = await model.measure(0, 0);
  model.dispose();
  const { mean, deviation } = variant.dataset.targetScaling;
  return Array.from(values.outputs, (value) => value * deviation[0]! + mean[0]!);
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  const worst = Math.max(...found.map((value, row) => Math.abs(value / wanted[row]! - 1)));
  expect(worst).toBeLessThan(1e-5);
}

write('small.safetensors', tensorFile(SMALL, { format: 'pt' }));

describe('The first outputs are those of the file', () => {
  const wanted = ROWS.map(predictSmall);

  test.for([true, false, { inputs: false }, { targets: false }])('where standardize is %j', async (standardize) => {
    expectClose(await firstOutputs({ data: { standardize } }), wanted);
  });

  test.for(['wasm', 'onnx'])('on the engine %s', async (engine) => {
    expectClose(await firstOutputs({ training: { engine } }), wanted);
  });

  test('for a single linear layer, which takes the scaling of inputs and targets at once', async () => {
    const from = write('line.safetensors', tensorFile([f32('0.weight', [1, 2], [3, -4]), f32('0.bias', [1], [7])]));
    expectClose(
      await firstOutputs({ from }),
      ROWS.map(([a, b]) => 3 * a - 4 * b + 7),
    );
  });

  test.for(['model.', 'net.layers.', 'fc', '_orig_mod.'])('where names begin with "%s"', async (prefix) => {
    // Other modules between the layers take numbers too, and 10 comes after 4.
    const names: Record<string, string> = { '0': '4', '2': '10' };
    const tensors = SMALL.map((tensor) => ({
      ...tensor,
      name: tensor.name.replace(/^\d/, (at) => prefix + names[at]),
    }));
    expectClose(await firstOutputs({ from: write('named.safetensors', tensorFile(tensors.toReversed())) }), wanted);
  });

  test('where numbers are of half precision, or double', async () => {
    // As binary16: 1.5 is 0x3e00, −0.25 is 0xb400, and 2⁻²⁴ 0x0001; 0x4120 is 10 as bfloat16.
    const tensors = [
      halves('F16', '0.weight', [1, 2], [0x3e00, 0xb400]),
      halves('BF16', '0.bias', [1], [0x4120]),
      f64('1.weight', [1, 1], [1 / 3]),
      halves('F16', '1.bias', [1], [0x0001]),
    ];
    const from = write('halves.safetensors', tensorFile(tensors));
    expectClose(
      await firstOutputs({ from }),
      ROWS.map(([a, b]) => (1.5 * a - 0.25 * b + 10) / 3 + 2 ** -24),
    );
  });

  test('with layers of the file in the experiment, and the file told by its fingerprint', async () => {
    const { experiment, startWeights } = await prepared({});
    expect(experiment.network).toEqual({ hidden: [3], activation: 'relu', from: 'small.safetensors' });
    expect(startWeights!.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect((await prepared({ network: { hidden: [3] } })).experiment.network.hidden).toEqual([3]);
  });
});

describe('A run that starts from a file', () => {
  async function run(changes: Changes): Promise<{ folder: string; logs: LogEvent[] }> {
    let folderOfRun = '';
    const logs: LogEvent[] = [];
    const events = runVariant({
      prepared: await prepared(changes),
      runsFolder: path.join(folder, 'runs'),
      control: new TrainingControl(),
      onCreated: (created) => {
        folderOfRun = created.folder;
      },
    });
    for await (const event of events) if (event.type === 'log') logs.push(event);
    return { folder: folderOfRun, logs };
  }

  test("goes on from where another ended: its first outputs are the other's last", async () => {
    const trained = await run({ training: { epochs: 20, learningRate: 0.01 } });
    const { content } = await exportSafetensors(trained.folder, 'final');
    const from = write('trained.safetensors', content as Uint8Array);
    const before = await prepared({ from });
    const model = await Model.create(before);
    const again = model.export(await model.parameters());
    model.dispose();
    // Folded out of the raw units and back into them: two roundings to float32.
    for (const { name, values } of decodeTensors(content as Uint8Array).tensors) {
      const other = again.find((tensor) => tensor.name === name)!;
      const scale = Math.max(...values.map(Math.abs));
      const worst = Math.max(...values.map((value, index) => Math.abs(value - other.values[index]!)));
      expect(worst / scale, name).toBeLessThan(1e-6);
    }
  });

  test('keeps the fingerprint of the file, and says when the file is not that of the run before', async () => {
    const from = write('changing.safetensors', tensorFile(SMALL));
    const first = await run({ from });
    const file = JSON.parse(readFileSync(path.join(first.folder, RUN_FILES.run), 'utf8')) as RunFile;
    expect(file.startWeights).toEqual({ from, fingerprint: (await prepared({ from })).startWeights!.fingerprint });
    expect(first.logs[0]).toMatchObject({
      level: 'info',
      message: expect.stringMatching(/^The first weights are those of changing\.safetensors \(2-3-1, SHA-256 /),
    });
    expect((await run({ from })).logs[0]!.level).toBe('info');
    write(from, tensorFile(SMALL, { edited: 'later' }));
    const changed = await run({ from });
    expect(changed.logs[0]).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/has changed since the run .+ don't start alike/),
    });
  });
});

async function problemsOf(text: string): Promise<Problem[]> {
  const { experiment, problems, toProblem } = parseExperiment(text);
  if (experiment === null) return problems;
  const reader = openDataReader();
  const further = await inspectExperiment(reader, experiment, { directory: folder });
  reader.dispose();
  return [...problems, ...further.map(toProblem)];
}

describe('A file that is no network to start from is told', () => {
  const [weight, bias] = SMALL as [(typeof SMALL)[number], (typeof SMALL)[number]];
  const nan = [1, 2, 3, 4, Number.NaN, 6];
  mkdirSync(path.join(folder, 'a folder'));
  const cases: readonly (readonly [code: string, what: string, bytes: Uint8Array | string, words: RegExp])[] = [
    ['missing-file', 'that is not there', 'nowhere.safetensors', /there is no such file. Give its path relative/],
    ['missing-file', 'that is a folder', 'a folder', /it is a folder. Name the file in it/],
    [
      'not-safetensors',
      'of torch.save',
      Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0),
      /torch\.save.*safetensors\.torch\.save_file/,
    ],
    ['not-safetensors', 'that is empty', new Uint8Array(), /its header is cut off/],
    ['not-safetensors', 'whose header is no JSON', fileOf('{"0.weight":'), /its header is not a JSON object/],
    ['not-safetensors', 'whose header is a list', fileOf('[1]'), /its header is not a JSON object/],
    [
      'not-safetensors',
      'without a place for a tensor',
      fileOf('{"0.weight":{"dtype":"F32"}}'),
      /does not say what type, shape and place tensor 0\.weight has/,
    ],
    ['not-safetensors', 'that is cut off', tensorFile(SMALL).slice(0, -1), /tensor 2\.bias is cut off/],
    [
      'not-safetensors',
      'with fewer bytes than numbers',
      tensorFile([{ ...weight, shape: [3, 3] }, bias]),
      /has other bytes than its shape \[3, 3\]/,
    ],
    [
      'number-type',
      'of whole numbers',
      tensorFile([{ ...weight, dtype: 'I32' }, bias]),
      /is of type I32, and F64, F32, F16 or BF16 are read/,
    ],
    ['not-finite', 'with NaN', tensorFile([f32('0.weight', [3, 2], nan), bias]), /"0\.weight" holds NaN at index 4/],
    [
      'not-finite',
      'with numbers past float32',
      tensorFile([f64('0.weight', [1, 2], [1e39, 0]), f32('0.bias', [1], [0])]),
      /1e\+39, too large for 32-bit numbers/,
    ],
    ['missing-bias', 'without a bias', tensorFile([weight]), /"0\.weight", but no "0\.bias".*torch\.zeros\(3\)/],
    ['no-chain', 'without a weight', tensorFile([bias]), /"0\.bias", but no "0\.weight"/],
    ['no-chain', 'without tensors', tensorFile([]), /holds no tensor/],
    [
      'no-chain',
      'whose layers do not fit',
      tensorFile([weight, bias, f32('2.weight', [1, 4], [1, 2, 3, 4]), f32('2.bias', [1], [0])]),
      /"2\.weight" is \[1, 4\], but "0\.weight" before it is \[3, 2\]: 4 inputs from 3 outputs/,
    ],
    [
      'no-chain',
      'whose bias does not fit',
      tensorFile([weight, f32('0.bias', [2], [0, 0])]),
      /"0\.bias" is \[2\], but "0\.weight" \[3, 2\] has 3 outputs/,
    ],
    [
      'no-chain',
      'with a convolution',
      tensorFile([f32('0.weight', [1, 1, 1], [1]), bias]),
      /"0\.weight" of shape \[1, 1, 1\] belongs to no linear layer/,
    ],
    [
      'no-chain',
      'with a normalization',
      tensorFile([weight, bias, f32('1.running_mean', [3], [0, 0, 0])]),
      /"1\.running_mean" of shape \[3\] belongs to no linear layer/,
    ],
    [
      'no-chain',
      'of two branches',
      tensorFile([weight, bias, f32('head.0.weight', [1, 3], [1, 2, 3])]),
      /are not layers of one chain/,
    ],
    [
      'too-large',
      'of too many layers',
      tensorFile(
        Array.from({ length: 18 }, (_, at) => [f32(`${at}.weight`, [1, 1], [1]), f32(`${at}.bias`, [1], [0])]).flat(),
      ),
      /has 18 linear layers, and a network here has 17 at most/,
    ],
    [
      'too-large',
      'of too wide a layer',
      tensorFile([f32('0.weight', [20_000, 1], Array(20_000).fill(0)), f32('0.bias', [20_000], Array(20_000).fill(0))]),
      /\[20000, 1\], and a layer here has 1 to 16384/,
    ],
    ['has-head', 'whose outputs go through a head', tensorFile(SMALL, { head: '{}' }), /go through a head/],
    [
      'inputs',
      'for other inputs',
      tensorFile([f32('0.weight', [1, 3], [1, 2, 3]), f32('0.bias', [1], [0])]),
      /takes 3 inputs \("0\.weight" is \[1, 3\]\), and "inputs" gives 2 \("a", "b"\), so it would have to be \[1, 2\]/,
    ],
    [
      'outputs',
      'for other targets',
      tensorFile([f32('0.weight', [2, 2], [1, 2, 3, 4]), f32('0.bias', [2], [0, 0])]),
      /gives 2 outputs \("0\.weight" is \[2, 2\]\), and "targets" names 1 \("y"\), so it would have to be \[1, 2\]/,
    ],
  ];
  test.for(cases)('as weights.%s: one %s', async ([code, , bytes, words]) => {
    const from = typeof bytes === 'string' ? bytes : write('bad.safetensors', bytes);
    const [problem, ...others] = await problemsOf(textOf({ from }));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: `weights.${code}`,
      severity: 'error',
      message: expect.stringMatching(words),
    });
    expect(problem!.message).toMatch(/\.$/);
    // The training says the same, and writes nothing.
    const refused = await prepare({ experimentPath, text: textOf({ from }), engine: 'onnx' });
    expect(refused.variants).toBeNull();
    expect(refused.problems.map(({ message }) => message)).toEqual([problem!.message]);
  });
});

test('A file is read again when it has changed by its size or time, and not before', async () => {
  const from = write('remembered.safetensors', tensorFile(SMALL));
  const at = (seconds: number) => utimesSync(path.join(folder, from), seconds, seconds);
  const told = async () => (await problemsOf(textOf({ from }))).map(({ message }) => message);
  at(1_000_000);
  expect(await told()).toEqual([]);
  const [weight, ...others] = SMALL;
  write(from, tensorFile([f32(weight!.name, weight!.shape, [1, 2, Number.NaN, 4, 5, 6]), ...others]));
  at(1_000_000);
  expect(await told()).toEqual([]);
  at(1_000_001);
  expect(await told()).toEqual([expect.stringContaining('holds NaN at index 2')]);
});

describe('What the rest of the experiment says against the file is told', () => {
  test('at "hidden", which can be left out or follow the file', async () => {
    const experiment = JSON.parse(textOf({ network: { hidden: [64, 64] } })) as object;
    const [problem] = await problemsOf(JSON.stringify(experiment));
    expect(problem!.message).toBe(
      '"hidden" is [64, 64], and the network in "small.safetensors" has hidden layers of [3] ("0.weight" is [3, 2], "2.weight" is [1, 3]). Leave "hidden" out: it follows from the file.',
    );
    expect(await mendingTitles(experiment, 'weights.hidden', problemsOf)).toEqual(['Remove "hidden"', 'Change to [3]']);
  });

  test('for inputs with a list, by its length', async () => {
    const data = { query: 'SELECT [a, b, a] AS list, y FROM source', inputs: ['list'] };
    const [problem] = await problemsOf(textOf({ data }));
    expect(problem!.message).toMatch(/takes 2 inputs .* and "inputs" gives 3 \("list"\)/);
  });

  test('where a method would put another last layer in its place', async () => {
    const variants = {
      a: { method: 'softplus' },
      b: { method: 'log-barrier', form: 'pure' },
      c: { method: 'nonnegative-weights' },
      d: { method: 'lagrangian' },
      e: { method: 'polish' },
    };
    const found = await problemsOf(textOf({ variants }));
    expect(
      found
        .filter(({ code }) => code.startsWith('weights'))
        .map(({ severity, code, message }) => `${severity} ${code} ${/"(.)"/.exec(message)![1]}`),
    ).toEqual([
      'error weights.method-with-head a',
      'information weights.start-moved b',
      'information weights.start-moved c',
    ]);
  });
});
