import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { isExperiment } from '../../../extension/host/experimentFiles';

vi.mock('vscode', () => ({ EventEmitter: class {}, workspace: {} }));

const uri = (file: string, scheme = 'file') =>
  ({ scheme, path: file, fsPath: file }) as Parameters<typeof isExperiment>[0];

test("a person's own experiment.orthant.json is an experiment, the copy beside a run.json is not", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-copy-'));
  const file = path.join(folder, 'experiment.orthant.json');
  expect(isExperiment(uri(file))).toBe(true);
  writeFileSync(path.join(folder, 'run.json'), '{}');
  expect(isExperiment(uri(file))).toBe(false);
  expect(isExperiment(uri(path.join(folder, 'weather.orthant.json')))).toBe(true);
  rmSync(folder, { recursive: true });
});

test('a former version of an experiment is none', () => {
  expect(isExperiment(uri('/project/weather.orthant.json', 'git'))).toBe(false);
});
