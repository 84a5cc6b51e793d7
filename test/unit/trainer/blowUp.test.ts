/** Training that diverges: the run says which quantity blew up first, and keeps the state from before. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { EndedEvent, TrainingEvent } from '../../../extension/protocol/events';
import { RUN_FILES } from '../../../extension/protocol/runFiles';
import { decodeTensors } from '../../../extension/runs/safetensors';
import { TrainingControl } from '../../../extension/trainer/control';
import { prepare } from '../../../extension/trainer/prepare';
import { runVariant } from '../../../extension/trainer/runVariant';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-blow-up-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trains 40 samples in batches of 8 with a hidden layer. */
async function run(
  variant: Record<string, unknown>,
  engine: 'onnx' | 'wasm',
): Promise<{ ended: EndedEvent; events: TrainingEvent[]; recorded: string }> {
  writeFileSync(
    path.join(folder, 'line.csv'),
    `x,t\n${Array.from({ length: 40 }, (_, x) => `${x},${x % 5}`).join('\n')}\n`,
  );
  const text = JSON.stringify({
    data: { source: 'line.csv', inputs: ['x'], targets: ['t'] },
    network: { hidden: [4] },
    constraint: { min: 0 },
    training: { optimizer: 'sgd', learningRate: 0.01, batchSize: 8, epochs: 400 },
    variants: { tested: variant },
  });
  const { variants } = await prepare({ experimentPath: path.join(folder, 'line.orthant.json'), text, engine });
  const events: TrainingEvent[] = [];
  let recorded = '';
  const onCreated = (created: { folder: string }): void => {
    recorded = created.folder;
  };
  const options = { runsFolder: path.join(folder, 'runs'), control: new TrainingControl(), onCreated };
  for await (const event of runVariant({ prepared: variants![0]!, ...options })) events.push(event);
  const ended = events.at(-1)!;
  if (ended.type !== 'ended') throw new Error(`the run ends with ${ended.type}`);
  return { ended, events, recorded };
}

// Undamped slacks whose steps and multipliers' steps are far too long for each other.
const SWINGING = {
  method: 'lagrangian',
  damping: 0,
  order: 'simultaneous',
  slackStep: 'gradient',
  slackLearningRate: 1,
  dualLearningRate: 5,
};

test.for(['onnx', 'wasm'] as const)(
  'multipliers or slacks that drive each other are named before the weights on %s',
  async (engine) => {
    const { ended, recorded } = await run(SWINGING, engine);
    expect(ended.status).toBe('failed');
    expect(ended.error).toMatch(
      /^Training diverged at step \d+ \(epoch \d+\): the \w+( term)? is no longer a finite number\. The (multipliers|slacks) blew up first: at most [\d.e+]+ after step \d+, .+ after step \d+\. Lower "dualLearningRate" \(now 5\) or "learningRate" \(now 0\.01\); the last finite state is kept as the checkpoint\.$/,
    );
    const { tensors } = decodeTensors(readFileSync(path.join(recorded, RUN_FILES.checkpoint)));
    expect(tensors.flatMap(({ values }) => [...values]).every(Number.isFinite)).toBe(true);
  },
);

test('weights whose steps are too long are named, without a multiplier to speak of', async () => {
  const { ended } = await run({ method: 'unconstrained', learningRate: 30 }, 'onnx');
  expect(ended.error).toMatch(
    /The (weights|outputs) blew up first: .* Lower "learningRate" \(now 30\), or the strength/,
  );
});

test('the summary on disk and the last event hold the same diagnoses, with the one of the divergence last', async () => {
  const { ended, recorded } = await run(SWINGING, 'onnx');
  expect(ended.summary.diagnoses.at(-1)!.code).toBe('doctor.step-too-large');
  expect(JSON.parse(readFileSync(path.join(recorded, RUN_FILES.summary), 'utf8')).diagnoses).toEqual(
    ended.summary.diagnoses,
  );
});
