/** Compare variants: what each is worth and cost, how it came about, and which rows it gets wrong. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';

const FILE = 'weather.orthant.json';
const VARIANTS = ['baseline', 'penalty', 'lagrangian', 'augmented'];
const TITLE = 'Compare';

storiesInVsCode('A person compares variants', { example: 'weather' }, (vscode) => {
  it('and reads off verdict, guarantee and cost, best against violation on top', async () => {
    const { workbench } = vscode();
    await workbench.openFile(FILE);
    await workbench.runCommand('Orthant: Train all variants and compare');
    const panel = vscode().runPanel(TITLE);
    await panel.bringToFront();
    for (const variant of VARIANTS) expect(await panel.statusAtTheEnd(TRAINING_MS, variant)).toBe('finished');
    const table = () => panel.table('comparison');
    await expect.poll(async () => (await table())[0], SOON).toContain('against best');
    const [heads, ...rows] = (await table()).map((row) => row.split(' | '));
    expect(rows.map(([name]) => name)).toEqual(VARIANTS);
    const column = (label: string) => rows.map((row) => row[heads!.indexOf(label)]);
    expect(column('guarantee')).toEqual(['G0', 'G0', 'G1', 'G1']);
    expect(column('against best')).toContain('best');
    expect(column('time').every((time) => /\d s$/.test(time!))).toBe(true);
    const pareto = '[data-test="pareto"] svg.picture';
    expect((await panel.described(pareto)).label).toMatch(/Beaten in both by no other: .*lagrangian/);
    // By keyboard: from the least violation on, which is a constrained run's.
    await panel.pressIn(pareto, ['ArrowRight']);
    expect((await panel.described(pareto)).value).toMatch(/^(lagrangian|augmented|penalty): MSE .*Enter opens it/);
    const { value } = await panel.described('[data-test="parallel"] svg.picture');
    expect(value).toContain('method unconstrained');
  });

  it('and goes back in time in the history, where all pictures follow', async () => {
    const panel = vscode().runPanel(TITLE);
    await panel.bringToFront();
    const newest = await panel.bars('precipitation', 'baseline');
    await panel.clickHistory('precipitation', 0, 'baseline');
    await expect.poll(() => panel.epoch('baseline'), SOON).toBe(0);
    for (const variant of VARIANTS) expect(await panel.epoch(variant)).toBe(0);
    await expect.poll(() => panel.bars('precipitation', 'baseline'), SOON).not.toEqual(newest);
    // By keyboard to the next measure, and played to the newest. How many there are depends on what else the machine does.
    const history = '[data-variant="baseline"] [data-target="precipitation"] .history-room svg';
    await panel.pressIn(history, ['ArrowRight']);
    await expect.poll(() => panel.epoch('baseline'), SOON).toBeGreaterThan(0);
    expect((await panel.described(history)).value).toMatch(/^epoch [\d.]+: [\d.]+ % outside$/);
    await panel.click('play');
    await expect.poll(() => panel.epoch('baseline'), SOON).toBe(300);
    expect(await panel.bars('precipitation', 'baseline')).toEqual(newest);
  });

  it('and asks a negative side which rows are there, and finds the worst in the data file', async () => {
    const { workbench } = vscode();
    const panel = vscode().runPanel(TITLE);
    await panel.bringToFront();
    // From 0 to the left, where the negative outputs are.
    const picture = '[data-variant="baseline"] [data-target="precipitation"] .picture-room svg';
    await panel.pressIn(picture, ['ArrowLeft', 'ArrowLeft', 'Enter']);
    await expect.poll(async () => (await panel.worstRows('precipitation', 'baseline')).length, SOON).toBe(20);
    const [worst] = await panel.worstRows('precipitation', 'baseline');
    const row = Number(worst![0]!.replaceAll(',', ''));
    expect(worst![1]).toMatch(/^−/);
    await vscode().screenshot('worst-rows');
    await panel.openWorstRow('precipitation', 0, 'baseline');
    await workbench.tab('seattle-weather.csv').first().waitFor();
    // The line after the header's, and the value that the list shows as the target.
    const line = readFileSync(path.join(vscode().folder, 'seattle-weather.csv'), 'utf8').split(/\r?\n/)[row]!;
    expect(line.split(',').map(Number)).toContain(Number(worst![2]));
    await expect.poll(() => workbench.textShown('seattle-weather.csv'), SOON).toContain(line);
    expect(await workbench.errorNotifications()).toEqual([]);
  });

  it('and can read every picture in every theme', async () => {
    const { workbench } = vscode();
    const panel = vscode().runPanel(TITLE);
    await panel.bringToFront();
    await workbench.runCommand('View: Maximize Editor Group and Hide Side Bars');
    for (const theme of ['light', 'high contrast', 'dark'] as const) {
      await workbench.useTheme(theme);
      await panel.bringToFront();
      for (const part of ['comparison', 'pareto', 'overlay', 'history', 'multipliers', 'curves']) {
        await panel.reveal(part);
        await vscode().screenshot(`comparing-${part}-${theme.replace(' ', '-')}`);
      }
    }
  });
});
