/** The result leaves the editor: each format is exported from VS Code and opened by the program that it is for. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { findPython } from '../integration/pytorch';
import { runModel } from '../unit/engines/onnx/running';
import { decodePng } from '../unit/export/png';
import { FileDialog } from './harness/fileDialog';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';
import { testResults } from './harness/vscode';

const FILE = 'weather.orthant.json';
const EXPERIMENT = {
  data: { source: 'seattle-weather.csv', inputs: ['temp_max', 'temp_min'], targets: ['precipitation', 'wind'] },
  network: { hidden: [16], activation: 'tanh' },
  constraint: { min: 0 },
  training: { epochs: 20, batchSize: 128, learningRate: 0.01 },
  variants: { penalty: { method: 'penalty' }, lagrangian: { method: 'lagrangian' } },
};

/** Temperatures of a cold, a mild and a hot day. */
const DAYS = [
  [-2, -6],
  [14, 8],
  [33, 18],
];

const torch = findPython(['torch', 'numpy', 'safetensors'], 'running what was exported in PyTorch');
const tensorboard = findPython('tensorboard', 'reading what was exported with TensorBoard');

storiesInVsCode(
  'A person takes runs away',
  { example: 'weather', files: { [FILE]: JSON.stringify(EXPERIMENT, null, 2) } },
  (vscode) => {
    const inWorkspace = (name: string) => path.join(vscode().folder, name);
    /** From the menu of a run; the selected ones come along. */
    const exportRun = async (format: string, target: string, ...answers: readonly string[]): Promise<string> => {
      const { sidebar, page, workbench } = vscode();
      const dialog = new FileDialog(page);
      await sidebar.pressContextMenu('Runs', /^penalty/, 'Export…');
      for (const answer of [format, ...answers]) await dialog.choose(answer);
      await dialog.accept(target);
      const said = await workbench.notification(`Exported ${format} to ${target}`);
      await workbench.clearNotifications();
      expect(await workbench.errorNotifications()).toEqual([]);
      return said;
    };
    let outputs: number[] = [];

    it('after two of them were trained', async () => {
      const { workbench, sidebar } = vscode();
      await workbench.openFile(FILE);
      await workbench.runCommand('Orthant: Train all variants and compare');
      await expect.poll(() => vscode().runFolders().length, SOON).toBe(2);
      const summaries = () =>
        vscode()
          .runFolders()
          .filter((name) => existsSync(inWorkspace(`.orthant/runs/${name}/summary.json`)));
      await expect.poll(() => summaries().length, { ...SOON, timeout: TRAINING_MS }).toBe(2);
      await sidebar.open();
      await expect.poll(() => sidebar.entries('Runs'), SOON).toContainEqual(expect.stringMatching(/^penalty .*RMSE/));
    });

    it('as ONNX, which onnxruntime runs', async () => {
      const said = await exportRun('ONNX model', inWorkspace('penalty.onnx'), 'The last network');
      expect(said).toBe(`Exported ONNX model to ${inWorkspace('penalty.onnx')}.`);
      const inputs = { shape: [3, 2], values: Float32Array.from(DAYS.flat()) };
      const answer = await runModel(readFileSync(inWorkspace('penalty.onnx')), { inputs });
      outputs = Array.from(answer.outputs!.data, Number);
      expect(outputs).toHaveLength(6);
      expect(outputs.every(Number.isFinite)).toBe(true);
    });

    it('for TensorFlow.js, which predicts the same', async () => {
      await exportRun('TensorFlow.js model', inWorkspace('web.json'), 'The last network');
      const { modelTopology, weightsManifest } = JSON.parse(readFileSync(inWorkspace('web.json'), 'utf8'));
      const bytes = readFileSync(inWorkspace(weightsManifest[0].paths[0]));
      const model = await loadLayersModel({
        load: async () => ({
          modelTopology,
          weightSpecs: weightsManifest[0].weights,
          weightData: Uint8Array.from(bytes).buffer,
        }),
      });
      expectClose([...(await (model.predict(tensor2d(DAYS)) as Tensor).data())], outputs);
    });

    it.skipIf(torch === null)('as weights, which PyTorch loads and predicts the same with', async () => {
      await exportRun('PyTorch weights', inWorkspace('penalty.safetensors'), 'The last network');
      const script = `
import json, sys, torch
from safetensors.torch import load_file
from torch import nn
network = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
network.load_state_dict(load_file(sys.argv[1]))
with torch.no_grad():
    print(json.dumps(network(torch.tensor(json.loads(sys.argv[2]))).flatten().tolist()))
`;
      const days = JSON.stringify(DAYS.map((day) => day.map((value) => value + 1e-9)));
      expectClose(JSON.parse(python(torch!, '-c', script, inWorkspace('penalty.safetensors'), days)), outputs);
    });

    it.skipIf(torch === null)('as a script, which PyTorch trains to what the run came to', async () => {
      await exportRun('PyTorch script', inWorkspace('train.py'), 'Copy the rows beside the script');
      const said = python(torch!, inWorkspace('train.py'));
      const [, own] = /^train: MSE ([\d.]+)/m.exec(said)!;
      const [, recorded] = /the run: MSE ([\d.]+)/.exec(said)!;
      expect(Number(own)).toBeCloseTo(Number(recorded), 2);
    });

    it('as measures that a database reads', async () => {
      await exportRun('Measures as Parquet', inWorkspace('penalty.parquet'));
      await exportRun('Measures as CSV', inWorkspace('penalty.csv'));
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const count = async (file: string) =>
        (await connection.runAndReadAll(`SELECT count(*) FROM '${inWorkspace(file)}'`)).getRowsJson()[0]![0];
      expect(Number(await count('penalty.parquet'))).toBeGreaterThanOrEqual(12);
      expect(await count('penalty.csv')).toBe(await count('penalty.parquet'));
      connection.closeSync();
    });

    it('two at once, as logs that TensorBoard reads and a page that a browser shows', async () => {
      const { sidebar, page } = vscode();
      await sidebar.press('Runs', /^lagrangian/);
      await sidebar.pressToo('Runs', /^penalty/);
      await exportRun('TensorBoard logs', vscode().folder);
      const logs = inWorkspace('weather-tensorboard');
      expect(readdirSync(logs).sort()).toEqual(vscode().runFolders().sort());
      if (tensorboard !== null) {
        const read = `
import sys
from tensorboard.backend.event_processing import plugin_event_multiplexer
runs = plugin_event_multiplexer.EventMultiplexer()
runs.AddRunsFromDirectory(sys.argv[1])
runs.Reload()
print(len(runs.Runs()))
`;
        // Of each run, the rows trained on and those held out.
        expect(python(tensorboard, '-c', read, logs).trim()).toBe('4');
      }
      await exportRun('HTML report', inWorkspace('report.html'));
      const tab = await page.context().browser()!.newPage();
      await tab.goto(pathToFileURL(inWorkspace('report.html')).href);
      expect(await tab.title()).toBe(`2 runs of ${FILE}`);
      expect(
        await tab
          .getByRole('table', { name: /^Outcome/ })
          .getByRole('rowheader')
          .count(),
      ).toBe(2);
      await tab.screenshot({ path: path.join(testResults, 'exported-report.png') });
      await tab.close();
    });

    it('as pictures that a browser shows', async () => {
      await exportRun('SVG pictures', vscode().folder);
      const pictures = readdirSync(inWorkspace('weather-svg'));
      expect(pictures).toContain('penalty-precipitation-train.svg');
      const tab = await vscode().page.context().browser()!.newPage();
      await tab.goto(pathToFileURL(inWorkspace('weather-svg/penalty-precipitation-train.svg')).href);
      expect(await tab.locator('text').allTextContents()).toContain('penalty: precipitation, training set');
      await tab.close();
    });

    it('as pictures of pixels, from the palette, and finds them in the explorer', async () => {
      const { page, workbench } = vscode();
      const dialog = new FileDialog(page);
      await workbench.runCommand('Orthant: Export…');
      // The newest run is ticked already.
      await dialog.acceptTicked();
      await dialog.choose('PNG pictures');
      await dialog.accept(vscode().folder);
      await workbench.notification('Exported PNG pictures to ');
      const folder = readdirSync(vscode().folder).find((name) => name.endsWith('-png'))!;
      const { width, height, at } = decodePng(readFileSync(inWorkspace(`${folder}/rmse.png`)));
      // 520 by 250 with a margin of 14, two pixels for one.
      expect([width, height, at(0, 0)]).toEqual([2 * 548, 2 * 278, '#ffffff']);
      await vscode().screenshot('exported');
      await workbench.pressNotificationButton('Exported PNG pictures to ', 'Open folder');
      const entry = page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: folder });
      await expect.poll(() => entry.count(), SOON).toBeGreaterThan(0);
      expect(await workbench.errorNotifications()).toEqual([]);
    });
  },
);

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => {
    expect(Math.abs(value - wanted[index]!) / Math.max(1, Math.abs(wanted[index]!))).toBeLessThan(1e-5);
  });
}

function python(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 180_000 });
  expect(status, stderr).toBe(0);
  return stdout;
}
