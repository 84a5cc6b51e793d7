/** `network.from` with files that PyTorch itself wrote: the first outputs are those that PyTorch predicts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../extension/data/random';
import { ACTIVATIONS } from '../../extension/experiment/schema';
import { Model } from '../../extension/trainer/model';
import { prepare } from '../../extension/trainer/prepare';
import { findPython } from './pytorch';

const python = findPython(['torch', 'safetensors', 'numpy'], 'starting from weights that PyTorch saved');

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pressures around 1013, angles, and a target of thousands. */
const stream = randomStream(11, 'batches');
const ROWS = Array.from({ length: 50 }, () => [
  stream.uniform(990, 1030),
  stream.uniform(-3, 3),
  stream.uniform(0, 1e4),
]);
writeFileSync(path.join(folder, 'own.csv'), `a,b,y\n${ROWS.map((row) => row.join(',')).join('\n')}\n`);

const MODULES: { readonly [Name in (typeof ACTIVATIONS)[number]]: string } = {
  relu: 'ReLU',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  elu: 'ELU',
  gelu: 'GELU',
  silu: 'SiLU',
};

/** Writes the file, and gives the network's outputs for the rows. */
function saveInPyTorch(file: string, activation: (typeof ACTIVATIONS)[number], dtype: string): number[] {
  const script = `
import json, sys, torch
from safetensors.torch import save_file
from torch import nn
torch.manual_seed(3)
rows, file, activation, dtype = json.loads(sys.stdin.read())
class Own(nn.Module):
    def __init__(self):
        super().__init__()
        act = getattr(nn, activation)
        self.net = nn.Sequential(nn.Linear(2, 16), act(), nn.Dropout(0.1), nn.Linear(16, 8), act(), nn.Linear(8, 1))
model = Own().eval()
with torch.no_grad():
    model.net[0].weight *= torch.tensor([0.01, 1.0])
    model.net[-1].bias += 5000
model = model.to(getattr(torch, dtype))
save_file(model.state_dict(), file)
with torch.no_grad():
    outputs = model.double().net(torch.tensor(rows).float().double()[:, :2])
print(json.dumps(outputs.flatten().tolist()))
`;
  const { status, stdout, stderr } = spawnSync(python!, ['-c', script], {
    input: JSON.stringify([ROWS, file, MODULES[activation], dtype]),
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as number[];
}

// Skipped where there is no PyTorch; findPython has said so.
describe.skipIf(python === null)('The first outputs are those of PyTorch', () => {
  const cases = [
    ...ACTIVATIONS.map((activation) => ({ activation, dtype: 'float32' })),
    ...['float64', 'float16', 'bfloat16'].map((dtype) => ({ activation: 'relu' as const, dtype })),
  ];
  test.for(cases)('for $activation in $dtype', async ({ activation, dtype }) => {
    const file = path.join(folder, `${activation}-${dtype}.safetensors`);
    const wanted = saveInPyTorch(file, activation, dtype);
    const { variants, problems } = await prepare({
      experimentPath: path.join(folder, 'own.orthant.json'),
      text: JSON.stringify({
        data: { source: 'own.csv', inputs: ['a', 'b'], targets: ['y'], validation: 0 },
        network: { from: path.basename(file), activation },
        constraint: { min: 0 },
        variants: { lagrangian: { method: 'lagrangian' } },
      }),
    });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const model = await Model.create(variants![0]!);
    const { values } = await model.measure(0, 0);
    model.dispose();
    const { mean, deviation } = variants![0]!.dataset.targetScaling;
    const found = Array.from(values.outputs, (value) => value * deviation[0]! + mean[0]!);
    expect(Math.max(...found.map((value, row) => Math.abs(value / wanted[row]! - 1)))).toBeLessThan(1e-5);
  });
});
