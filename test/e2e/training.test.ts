/** The main job: train from wherever one is, and see the signs of the outputs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';

const FILE = 'weather.orthant.json';

storiesInVsCode('A person trains the weather example', { example: 'weather' }, (vscode) => {
  let penaltyShare = 1;

  it('from the palette, and goes through the history of the histograms', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile(FILE);
    // The window has come up when the file has its lenses; before, it is the start of VS Code that takes time.
    await expect.poll(() => experimentEditor.lensText('"penalty"'), SOON).toMatch(/Train/);
    const train = 'Orthant: Train with positivity constraint';
    await workbench.runCommand(train);
    await expect
      .poll(() => workbench.quickPickLabels(), SOON)
      .toEqual(['baseline', 'penalty', 'lagrangian', 'augmented', 'All variants']);
    const pressed = performance.now();
    await workbench.pick('penalty', train);
    const panel = vscode().runPanel('penalty');
    await expect.poll(async () => Object.keys(await panel.bars('precipitation')).length, SOON).toBeGreaterThan(0);
    const firstHistogramMs = performance.now() - pressed;
    expect(await panel.targets()).toEqual(['precipitation', 'wind']);

    expect(await panel.statusAtTheEnd(TRAINING_MS)).toBe('finished');
    const atTheEnd = { share: await panel.shareOutside(), wind: await panel.bars('wind') };
    await panel.showFirstMeasure();
    await expect.poll(() => panel.epoch(), SOON).toBe(0);
    await expect.poll(() => panel.bars('wind'), SOON).not.toEqual(atTheEnd.wind);
    penaltyShare = atTheEnd.share ?? 1;
    expect(await workbench.errorNotifications()).toEqual([]);

    // Said, not judged: it depends on what else the machine does. Wanted are 2 s in a window that has come up.
    console.log(`first histogram, with the first panel of this window: ${Math.round(firstHistogramMs)} ms`);
  });

  it('from the code lens above a variant, which then says how the run went: far more negatives than with the penalty', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile(FILE);
    await experimentEditor.clickLens('Train', '"baseline"');
    const panel = vscode().runPanel('baseline');
    await panel.bringToFront();
    expect(await panel.statusAtTheEnd(TRAINING_MS)).toBe('finished');
    // The person sees why there is a constraint at all.
    const share = (await panel.shareOutside()) ?? 0;
    expect(share).toBeGreaterThan(0.02);
    expect(penaltyShare).toBeLessThan(share / 2);
    await expect.poll(() => experimentEditor.lensText('"baseline"'), SOON).toMatch(/Train \| .*outside, RMSE/);
  });

  it('from the sidebar, where the run then stands with its figures', async () => {
    const { sidebar } = vscode();
    await sidebar.open();
    await sidebar.expand('Experiments', 'weather');
    await sidebar.pressInline('Experiments', 'lagrangian', 'Train');
    const panel = vscode().runPanel('lagrangian');
    await panel.bringToFront();
    expect(await panel.statusAtTheEnd(TRAINING_MS)).toBe('finished');
    expect(await panel.verdict()).toBe('feasible');
    await expect
      .poll(() => sidebar.entries('Runs'), SOON)
      .toContainEqual(expect.stringMatching(/^lagrangian .*outside, RMSE/));
  });

  it('and finds every run recorded in its folder, as the panel showed it', async () => {
    const folders = vscode().runFolders();
    expect(folders).toHaveLength(3);
    for (const name of folders) {
      const file = path.join(vscode().folder, '.orthant/runs', name, 'summary.json');
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ run: name, status: 'finished' });
    }
  });

  it('and comes back to the same picture after the window was reloaded', async () => {
    const { workbench, sidebar } = vscode();
    const panel = vscode().runPanel('lagrangian');
    await panel.bringToFront();
    const picture = async () => ({
      status: await panel.status(),
      share: await panel.shareOutside(),
      wind: await panel.bars('wind'),
      step: await panel.step(),
    });
    const before = await picture();
    await workbench.reload();
    await expect.poll(picture, SOON).toEqual(before);

    await workbench.closeAllEditors();
    await sidebar.open();
    await sidebar.press('Runs', 'penalty');
    const reopened = vscode().runPanel('penalty');
    await expect.poll(() => reopened.status(), SOON).toBe('finished');
    await expect.poll(() => reopened.step(), SOON).toBe(before.step);
  });

  it('all at once, and reads in one table what each variant guarantees and costs', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.closeAllEditors();
    await workbench.openFile(FILE);
    await experimentEditor.clickLens('Train all', '"variants"');
    const panel = vscode().runPanel('Compare');
    const variants = ['baseline', 'penalty', 'lagrangian', 'augmented'];
    await expect.poll(() => panel.variants(), SOON).toEqual(variants);
    for (const variant of variants) expect(await panel.statusAtTheEnd(TRAINING_MS, variant)).toBe('finished');
    const verdicts = await Promise.all(variants.map((variant) => panel.verdict(variant)));
    expect(verdicts).toEqual(['infeasible', 'infeasible', 'feasible', 'feasible']);
    const table = await panel.table('comparison');
    expect(table).toHaveLength(1 + variants.length);
    await panel.bringToFront();
    for (const theme of ['light', 'high contrast', 'dark'] as const) {
      const before = await panel.background();
      await workbench.useTheme(theme);
      await expect.poll(() => panel.background(), SOON).not.toBe(before);
      await vscode().screenshot(`compare-${theme.replace(' ', '-')}`);
    }
  });

  it('and sees the panel well in light, dark and high contrast', async () => {
    const { workbench, sidebar } = vscode();
    await workbench.closeAllEditors();
    await sidebar.open();
    await sidebar.press('Runs', 'baseline');
    const panel = vscode().runPanel('baseline');
    await panel.bringToFront();
    const backgrounds = new Set<string>();
    for (const theme of ['light', 'high contrast', 'dark'] as const) {
      const before = await panel.background();
      await workbench.useTheme(theme);
      await expect.poll(() => panel.background(), SOON).not.toBe(before);
      backgrounds.add(await panel.background());
      await vscode().screenshot(`panel-${theme.replace(' ', '-')}`);
    }
    expect(backgrounds.size).toBe(3);
  });
});
