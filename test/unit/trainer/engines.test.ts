/** Which engine executes a training: whoever starts it says, then the experiment, then the person's setting. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wantedEngine } from '../../../extension/engines/select';
import { findTensorflow } from '../../../extension/engines/tensorflow/find';
import { TrainingControl } from '../../../extension/trainer/control';
import { prepare } from '../../../extension/trainer/prepare';
import { train } from '../../../extension/trainer/train';

test.each([
  [{ experiment: 'auto' }, 'auto'],
  [{ experiment: 'auto', otherwise: 'wasm' }, 'wasm'],
  [{ experiment: 'onnx', otherwise: 'wasm' }, 'onnx'],
  [{ asked: 'tensorflow', experiment: 'onnx', otherwise: 'wasm' }, 'tensorflow'],
  // Asked for in so many words, "auto" is an answer, too.
  [{ asked: 'auto', experiment: 'onnx', otherwise: 'wasm' }, 'auto'],
] as const)('of %j counts %s', (wishes, expected) => {
  expect(wantedEngine(wishes)).toBe(expected);
});

describe('An experiment that names engines', () => {
  let folder: string;
  const experimentPath = (): string => path.join(folder, 'line.orthant.json');
  const text = (training: object, variants: object): string =>
    JSON.stringify({
      data: { source: 'line.csv', inputs: ['x'], targets: ['y'], validation: 0 },
      network: { hidden: [4] },
      constraint: { min: 0 },
      training: { epochs: 2, batchSize: 2, ...training },
      variants,
    });

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'orthant-engines-'));
    writeFileSync(path.join(folder, 'line.csv'), 'x,y\n1,2\n2,3\n3,1\n4,5\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const penalty = { method: 'penalty' };

  test('each variant gets its own, and one that is asked for is that of all', async () => {
    const own = text({ engine: 'wasm' }, { a: penalty, b: { ...penalty, engine: 'onnx' } });
    const choices = async (wishes: object): Promise<string[]> =>
      (await prepare({ experimentPath: experimentPath(), text: own, ...wishes })).variants!.map(
        ({ engineChoice: { name, reason } }) => `${name}: ${reason}`,
      );
    expect(await choices({})).toEqual(['wasm: asked for by name', 'onnx: asked for by name']);
    expect(await choices({ otherwise: 'onnx' })).toEqual(['wasm: asked for by name', 'onnx: asked for by name']);
    expect(await choices({ engine: 'onnx' })).toEqual(['onnx: asked for by name', 'onnx: asked for by name']);
    expect(await choices({ engine: 'auto' })).toEqual([
      'onnx: fastest engine that loads here',
      'onnx: fastest engine that loads here',
    ]);
  });

  test('an engine that is none is refused like any other word, with the nearest one', async () => {
    const { variants, problems } = await prepare({
      experimentPath: experimentPath(),
      text: text({ engine: 'onx' }, { a: penalty }),
    });
    expect(variants).toBeNull();
    expect(problems[0]!.message).toMatch(/^"training\.engine" can't be "onx"\. Did you mean "onnx"\?/);
    expect(problems[0]!.fixes!.map(({ title }) => title)).toEqual(['Change to "onnx"']);
  });

  const HAS_TENSORFLOW = findTensorflow().reason === null;

  test.skipIf(!HAS_TENSORFLOW)(
    'variants on engines that share their operations train one after the other as each would alone',
    async () => {
      const losses = async (variants: object): Promise<number[]> => {
        const prepared = await prepare({ experimentPath: experimentPath(), text: text({}, variants) });
        const ends: number[] = [];
        for (const variant of prepared.variants!) {
          for await (const event of train({ ...variant, run: 'r', control: new TrainingControl() })) {
            if (event.type === 'ended') ends.push(event.summary.train!.overall.loss!);
          }
        }
        return ends;
      };
      const wasm = { ...penalty, engine: 'wasm' };
      const tensorflow = { ...penalty, engine: 'tensorflow' };
      const [alone] = await losses({ wasm });
      const [alsoAlone] = await losses({ tensorflow });
      // Loaded last, tensorflow would be what wasm's operations run on, were it not put back: to the last bit.
      expect(await losses({ wasm, tensorflow, again: wasm })).toEqual([alone, alsoAlone, alone]);
    },
  );
});
