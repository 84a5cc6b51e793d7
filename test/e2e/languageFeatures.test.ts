/** The experiment file answers: squiggles, hovers, completion, quick fixes, and all of it kept fresh. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode } from './harness/stories';

const EXPERIMENT = `{
  "data": {
    "source": "seattle-weather.csv",
    "inputs": ["temp_maxx", "temp_min"],
    "targets": ["wind"]
  },
  "network": { "hidden": [8] },
  "constraint": { "min": 0 },
  "training": { "epochs": 2, "batchSize": 32 },
  "variants": {
    "penalty": { "method": "penalty" }
  }
}
`;

const files = {
  'fix.orthant.json': EXPERIMENT,
  'complete.orthant.json': EXPERIMENT.replace('"temp_maxx", "temp_min"', '"temp_max", ').replace('"wind"', ''),
  'hover.orthant.json': EXPERIMENT.replace('temp_maxx', 'temp_max'),
  'bound.orthant.json': EXPERIMENT.replace('temp_maxx', 'temp_max').replace('"min": 0', '"min": 2'),
  'watch.orthant.json': EXPERIMENT.replace('seattle-weather.csv', 'rain.csv')
    .replace('"temp_maxx", "temp_min"', '"day"')
    .replace('"wind"', '"rain"')
    .replace('"batchSize": 32', '"batchSize": 2'),
  'rain.csv': 'day,rain\n1,0\n2,3\n3,1\n4,0.5\n5,2\n6,7\n',
};

storiesInVsCode('A person writes an experiment', { example: 'weather', files }, (vscode) => {
  it('and mends a misspelled column by its quick fix', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('fix.orthant.json:4:18');
    await experimentEditor.squiggles('error').first().waitFor();
    expect(await experimentEditor.hover('temp_maxx')).toContain('There is no column "temp_maxx".');
    await vscode().screenshot('language-problem');
    await workbench.openFile('fix.orthant.json:4:18');
    const fixes = await experimentEditor.quickFixes();
    expect(fixes.some((title) => title.includes('temp_max'))).toBe(true);
    await experimentEditor.applyQuickFix('"temp_max"');
    await expect.poll(() => experimentEditor.squiggles('error').count(), SOON).toBe(0);
    expect(await experimentEditor.text()).toContain('"inputs": ["temp_max", "temp_min"]');
    await experimentEditor.save();
  });

  it('and completes the names of columns, which come with their ranges', async () => {
    const { workbench, experimentEditor } = vscode();
    // Between the brackets of "targets".
    await workbench.openFile('complete.orthant.json:5:17');
    await expect.poll(async () => (await experimentEditor.completions()).join('\n'), SOON).toMatch(/wind.*0\.4 … 9\.5/);
    await vscode().screenshot('language-completion');
    await experimentEditor.complete('wind');
    expect(await experimentEditor.text()).toContain('"targets": ["wind"]');
    // Behind the comma in "inputs", where "temp_max" stands already and "wind" is a target.
    await workbench.openFile('complete.orthant.json:4:28');
    const offered = await experimentEditor.completions();
    expect(offered.some((label) => label.includes('temp_min'))).toBe(true);
    expect(offered.some((label) => /\btemp_max\b/.test(label))).toBe(false);
    await experimentEditor.complete('temp_min');
    await expect.poll(() => experimentEditor.text(), SOON).toContain('"inputs": ["temp_max", "temp_min"]');
    await expect.poll(() => experimentEditor.squiggles('error').count(), SOON).toBe(0);
    await experimentEditor.save();
  });

  it('and completes methods, with what they do', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('hover.orthant.json:11:27');
    const offered = await experimentEditor.completions();
    expect(offered.some((label) => label.includes('augmented-lagrangian'))).toBe(true);
    await vscode().screenshot('language-methods');
    await experimentEditor.closeCompletions();
  });

  it('and reads over a column what is in it, and over a bound what it touches', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('hover.orthant.json');
    await expect.poll(() => experimentEditor.hover('"wind"'), SOON).toMatch(/1,461[\s\S]*[▁▂▃▄▅▆▇█]/);
    // To be looked at, in every theme.
    for (const theme of ['light', 'high contrast', 'dark'] as const) {
      await workbench.useTheme(theme);
      await workbench.openFile('hover.orthant.json');
      expect(await experimentEditor.hover('"wind"')).toContain('None empty');
      await vscode().screenshot(`language-hover-column-${theme.replace(' ', '-')}`);
    }
    await workbench.openFile('bound.orthant.json');
    await expect.poll(() => experimentEditor.hover('"min"'), SOON).toMatch(/of 1,461/);
    await vscode().screenshot('language-hover-bound');
    await expect.poll(() => experimentEditor.squiggles('warning').count(), SOON).toBeGreaterThan(0);
  });

  it('and changes the data file, and the problem comes by itself', async () => {
    const { workbench, experimentEditor, folder } = vscode();
    await workbench.openFile('watch.orthant.json');
    await experimentEditor.lenses();
    expect(await experimentEditor.squiggles('warning').count()).toBe(0);
    appendFileSync(path.join(folder, 'rain.csv'), '7,-4\n');
    await experimentEditor.squiggles('warning').first().waitFor();
    await expect.poll(() => experimentEditor.hover('"min"'), SOON).toContain('the worst at -4 (row 7)');
  });
});
