/** A person asks how strong the penalty must be: a sweep from its lens, watched, interrupted, resumed and compared. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listSweeps } from '../../extension/runs/sweepFolders';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';

const EXAMPLE = readFileSync(path.resolve(import.meta.dirname, '../../examples/weather/sweep.orthant.json'), 'utf8');
/** The same with runs that take their time. */
const LONG = EXAMPLE.replace('"epochs": 60', '"epochs": 4000');
const FILES = { 'sweep.orthant.json': EXAMPLE, 'long.orthant.json': LONG };
const LATER = { timeout: TRAINING_MS, interval: 100 };

storiesInVsCode('A person sweeps the strength of a penalty', { example: 'weather', files: FILES }, (vscode) => {
  const entries = () => vscode().sidebar.entries('Runs');
  const sweeps = () => listSweeps(path.join(vscode().folder, '.orthant/sweeps'));
  const lens = () => vscode().experimentEditor.lensText('"sweep"');
  const group = async () => (await entries()).find((entry) => / of \d+ runs/.test(entry)) ?? '';
  const groupBySweep = async () => {
    await vscode().workbench.runCommand('Orthant: Group runs by…');
    await vscode().workbench.pick('Sweep', 'Orthant: Group runs by…');
  };

  it('from the lens above it, and sees how far it is, there and in the Runs view', async () => {
    const { workbench, sidebar, experimentEditor } = vscode();
    await sidebar.open();
    await workbench.openFile('sweep.orthant.json');
    // A baseline and three strengths, with three seeds each: 12; the baseline has no strength, so 3 + 9.
    await expect.poll(lens, SOON).toMatch(/Run sweep: 12 runs/);
    await experimentEditor.clickLens('Run sweep: 12 runs', '"sweep"');
    await expect.poll(lens, SOON).toMatch(/of 12 runs \| .*Pause \| .*Stop/);
    await groupBySweep();
    await expect.poll(group, SOON).toMatch(/^sweep \d+ of 12 runs/);
    await expect.poll(group, LATER).toMatch(/^sweep 12 of 12 runs, (just now|\d+ min ago)$/);
    const runs = (await entries()).filter((entry) => / seed \d/.test(entry));
    expect(runs).toHaveLength(12);
    expect(runs).toContainEqual(expect.stringMatching(/^penalty: alpha 10, seed 2 held out: .*outside, RMSE/));
    expect(runs).toContainEqual(expect.stringMatching(/^baseline: seed 0 /));
    await expect.poll(lens, SOON).toMatch(/Run sweep: 12 runs \| last: 12 of 12 runs, /);
    await vscode().screenshot('sweep-finished');
    expect(await workbench.errorNotifications()).toEqual([]);
  });

  it('and compares its runs from the lens', async () => {
    const { experimentEditor, workbench } = vscode();
    await experimentEditor.clickLens('last: 12 of 12 runs', '"sweep"');
    const panel = vscode().runPanel('Compare');
    await panel.bringToFront();
    await expect.poll(async () => (await panel.table('comparison')).length, SOON).toBeGreaterThan(4);
    await vscode().screenshot('sweep-compared');
    await workbench.closeAllEditors();
  });

  it('that goes on while the window is reloaded, pauses, and is stopped and resumed from its group', async () => {
    const { workbench, sidebar } = vscode();
    await workbench.openFile('long.orthant.json');
    await expect.poll(lens, SOON).toMatch(/Run sweep: 12 runs/);
    await workbench.runCommand('Orthant: Run sweep');
    await expect.poll(lens, SOON).toMatch(/0 of 12 runs \| .*Pause \| .*Stop/);
    await expect
      .poll(() => entries(), SOON)
      .toContainEqual(expect.stringMatching(/^baseline: seed 0 \d+ of 4000 epochs/));
    await vscode().screenshot('sweep-running');
    const { pid } = sweeps()[0]!.conductor!;

    await workbench.reload();
    await expect.poll(lens, SOON).toMatch(/of 12 runs \| .*Pause \| .*Stop/);
    expect(sweeps()[0]).toMatchObject({ status: 'running', conductor: { pid } });

    await sidebar.open();
    await expect.poll(entries, SOON).toContainEqual(expect.stringMatching(/^long \d+ of 12 runs/));
    await sidebar.pressContextMenu('Runs', /^long/, 'Pause sweep');
    await expect.poll(entries, SOON).toContainEqual(expect.stringMatching(/^long \d+ of 12 runs, paused/));
    await sidebar.pressContextMenu('Runs', /^long/, 'Resume sweep');
    await expect.poll(() => sweeps()[0]!.status, SOON).toBe('running');
    await expect.poll(entries, SOON).toContainEqual(expect.stringMatching(/^long \d+ of 12 runs$/));
    await sidebar.pressContextMenu('Runs', /^long/, 'Stop sweep');
    await expect.poll(entries, SOON).toContainEqual(expect.stringMatching(/^long \d+ of 12 runs, stopped, /));
    expect(sweeps()[0]!.status).toBe('stopped');

    await sidebar.pressContextMenu('Runs', /^long/, 'Resume sweep');
    await expect.poll(() => sweeps()[0]!.status, SOON).toBe('running');
    await expect.poll(entries, SOON).toContainEqual(expect.stringMatching(/^long \d+ of 12 runs$/));
    expect(sweeps()).toHaveLength(2);
    await sidebar.pressContextMenu('Runs', /^long/, 'Stop sweep');
    await expect.poll(() => sweeps()[0]!.status, SOON).toBe('stopped');
    expect(await workbench.errorNotifications()).toEqual([]);
  });

  it('that is wrong, and is told where', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.closeAllEditors();
    await workbench.openFile('sweep.orthant.json');
    await experimentEditor.replaceText(EXAMPLE.replace('"penalty.alpha"', '"penalty.alhpa"'));
    await expect.poll(() => experimentEditor.squiggles('error').count(), SOON).toBe(1);
    await expect.poll(lens, SOON).toMatch(/^\S* ?Run sweep \|/);
    await experimentEditor.clickLens('Run sweep', '"sweep"');
    await expect.poll(() => workbench.errorNotifications(), SOON).toContainEqual(expect.stringContaining('alhpa'));
    expect(sweeps()).toHaveLength(2);
  });
});
