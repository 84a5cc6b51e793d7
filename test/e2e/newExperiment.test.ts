/** From a data file to a trained run, and from nothing to the first comparison. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Explorer } from './harness/explorer';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';
import { Walkthrough } from './harness/walkthrough';
import { Wizard } from './harness/wizard';

/** 120 days: rain on some of them, wind above 0, one cell without a value. */
const STORMS = `id,day,temp,sky,rain\n${Array.from({ length: 120 }, (_, row) => {
  const day = new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);
  const temp = (Math.sin(row / 20) * 12).toFixed(1);
  const rain = Math.max(0, Math.sin(row / 3) * 9 + (row % 5) - 4).toFixed(1);
  return `${row + 1},${day},${row === 50 ? '' : temp},${['sun', 'rain', 'fog'][row % 3]},${rain}`;
}).join('\n')}\n`;

storiesInVsCode(
  'A person starts from a data file of their own',
  { example: 'weather', files: { 'storms.csv': STORMS } },
  (vscode) => {
    const experiments = () =>
      readdirSync(vscode().folder).filter((name) => name.startsWith('storms') && name.endsWith('.orthant.json'));

    it('finds the way in the menu of the file: the never negative column is ticked as the target, what suits as input', async () => {
      const { workbench, page } = vscode();
      const wizard = new Wizard(page);
      await new Explorer(page, workbench).pressContextMenu('storms.csv', 'New experiment from data file');
      await expect.poll(() => wizard.title(), SOON).toMatch(/^storms\.csv: what shall the network learn to give\?/);
      expect(await wizard.entries()).toEqual(['✓ rain', 'temp', 'id']);
      await vscode().screenshot('new-experiment-targets');
      await wizard.goOn();
      await expect.poll(() => wizard.title(), SOON).toMatch(/^storms\.csv: what shall the network take\?/);
      expect(await wizard.entries()).toEqual(['id', '✓ day', '✓ temp', '✓ sky']);
      await vscode().screenshot('new-experiment-inputs');
    });

    it('goes back and forth, and gets a commented experiment with its lenses', async () => {
      const { workbench, experimentEditor, page } = vscode();
      const wizard = new Wizard(page);
      await wizard.goBack();
      await expect.poll(() => wizard.entries(), SOON).toEqual(['✓ rain', 'temp', 'id']);
      await wizard.goOn();
      await expect.poll(() => wizard.entries(), SOON).toEqual(['id', '✓ day', '✓ temp', '✓ sky']);
      await wizard.goOn();
      await workbench.tab('storms.orthant.json').first().waitFor();
      await expect.poll(() => experimentEditor.lensText('"variants"'), SOON).toMatch(/Train all/);
      await expect.poll(() => experimentEditor.lensText('"augmented"'), SOON).toMatch(/Train/);
      await vscode().screenshot('new-experiment');
      expect(vscode().read('storms.orthant.json')).toContain('"query": "SELECT *, dayofyear(day) AS day_dayofyear, ');
      expect(await experimentEditor.squiggles('error').count()).toBe(0);
      expect(await workbench.errorNotifications()).toEqual([]);
    });

    it('and trains it as it is', async () => {
      const { experimentEditor } = vscode();
      await experimentEditor.clickLens('Train', '"augmented"');
      const panel = vscode().runPanel('augmented');
      await panel.bringToFront();
      expect(await panel.statusAtTheEnd(TRAINING_MS)).toBe('finished');
      expect(await panel.targets()).toEqual(['rain']);
      await vscode().screenshot('new-experiment-trained');
    });

    it('and Escape leaves nothing behind', async () => {
      const { workbench, page } = vscode();
      const wizard = new Wizard(page);
      const command = 'Orthant: New experiment from data file…';
      await workbench.runCommand(command);
      await expect.poll(() => workbench.quickPickLabels(), SOON).toContain('storms.csv');
      await workbench.pick('storms.csv', command);
      await expect.poll(() => wizard.title(), SOON).toMatch(/learn to give/);
      await workbench.pressEscape();
      await expect.poll(() => wizard.isOpen(), SOON).toBe(false);
      expect(experiments()).toEqual(['storms.orthant.json']);
    });
  },
);

const TITLE = 'Get started with Orthant';

// A step that unfolds takes the keyboard when its animation has ended, and closes the menu that a button of it opened.
const STILL = { 'workbench.reduceMotion': 'on' };

storiesInVsCode('A person new to Orthant', { example: 'weather', settings: STILL }, (vscode) => {
  it('opens the walkthrough and creates the sample with its first button', async () => {
    const { workbench, experimentEditor, page } = vscode();
    const walkthrough = new Walkthrough(page, workbench);
    await walkthrough.open(TITLE);
    expect(await walkthrough.titles()).toHaveLength(6);
    await vscode().screenshot('walkthrough');
    await walkthrough.press('Create the sample', 'Create sample experiment');
    await expect.poll(() => experimentEditor.lensText('"variants"'), SOON).toMatch(/Train all/);
    expect(readdirSync(path.join(vscode().folder, 'orthant-sample')).sort()).toEqual([
      'README.md',
      'seattle-weather.csv',
      'weather.orthant.json',
    ]);
    await expect.poll(() => walkthrough.isDone('Create the sample'), SOON).toBe(true);
    await vscode().screenshot('walkthrough-sample');
  });

  it('trains all variants of the sample with the second, beside the walkthrough', async () => {
    const { workbench, page } = vscode();
    const walkthrough = new Walkthrough(page, workbench);
    await walkthrough.press('Train all variants', 'Train all variants');
    const panel = vscode().runPanel('Compare');
    const variants = ['baseline', 'penalty', 'lagrangian', 'augmented'];
    await expect.poll(() => panel.variants(), SOON).toEqual(variants);
    for (const variant of variants) expect(await panel.statusAtTheEnd(TRAINING_MS, variant)).toBe('finished');
    expect(existsSync(path.join(vscode().folder, 'orthant-sample/.orthant/runs'))).toBe(true);
    expect(vscode().runFolders()).toEqual([]);
    await vscode().screenshot('walkthrough-trained');
    expect(await walkthrough.titles()).toHaveLength(6);
    expect(await workbench.errorNotifications()).toEqual([]);
  });

  it('opens a run and compares all of them with the next two', async () => {
    const { workbench, page } = vscode();
    const walkthrough = new Walkthrough(page, workbench);
    await walkthrough.press('Read the histogram', 'Open run');
    const wizard = new Wizard(page);
    await expect.poll(() => wizard.entries(), SOON).toEqual(['augmented', 'lagrangian', 'penalty', 'baseline']);
    await workbench.pick('penalty', 'Orthant: Open run');
    const panel = vscode().runPanel('penalty');
    await expect.poll(() => panel.status(), SOON).toBe('finished');
    await walkthrough.press('Compare guarantee and price', 'Compare runs');
    await expect
      .poll(async () => (await wizard.entries()).filter((entry) => entry.startsWith('✓')).length, SOON)
      .toBe(4);
    await wizard.goOn();
    const comparison = vscode().runPanel('Compare');
    await comparison.bringToFront();
    await expect.poll(() => comparison.variants(), SOON).toHaveLength(4);
    for (const step of ['Create the sample', 'Train all variants', 'Read the histogram', 'Compare guarantee']) {
      await expect.poll(() => walkthrough.isDone(step), SOON).toBe(true);
    }
    await vscode().screenshot('walkthrough-compared');
  });

  it('and sees each step with its picture', async () => {
    const { workbench, page } = vscode();
    const walkthrough = new Walkthrough(page, workbench);
    await workbench.closeAllEditors();
    await walkthrough.open(TITLE);
    for (const [number, title] of (await walkthrough.titles()).entries()) {
      await walkthrough.unfold(title);
      await vscode().screenshot(`walkthrough-step-${number + 1}`);
    }
  });
});
