/** What a variant trains can be read as a graph, without training it. */
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode } from './harness/stories';

const COMMAND = 'Orthant: Show compiled graph';
const PENALTY = 'weather · penalty · compiled graph';

const files = {
  'column.orthant.json': JSON.stringify({
    data: { source: 'seattle-weather.csv', inputs: ['temp_maxx'], targets: ['wind'] },
    constraint: { min: 0 },
    variants: { alone: { method: 'unconstrained' } },
  }),
};

storiesInVsCode('A person wants to see what a variant trains', { example: 'weather', files }, (vscode) => {
  it('and opens its graph from the sidebar, beside the experiment', async () => {
    const { workbench, sidebar } = vscode();
    await workbench.openFile('weather.orthant.json');
    await sidebar.open();
    await sidebar.pressContextMenu('Experiments', 'penalty', 'Show compiled graph');
    await workbench.tab(PENALTY).waitFor();
    await expect.poll(() => workbench.textShown(PENALTY), SOON).toContain('# weather · penalty: one training step');
    const text = await workbench.textShown(PENALTY);
    expect(text).toContain('# method     penalty, alpha 10');
    expect(text).toMatch(/^# nodes {6}\d+ traced → \d+ after the passes$/m);
    expect(text).toMatch(/^input {3}0\.weight {2}f32\[4,64\]$/m);
    // Side by side, so both are seen.
    expect(await workbench.textShown('weather.orthant.json')).toContain('"seattle-weather.csv"');
    expect(vscode().runFolders()).toEqual([]);
  });

  it('which can not be changed, and is there again after the window was reloaded', async () => {
    const { workbench } = vscode();
    const before = await workbench.textShown(PENALTY);
    await vscode().page.keyboard.type('x');
    expect(await workbench.textShown(PENALTY)).toBe(before);
    await workbench.reload();
    await expect.poll(() => workbench.textShown(PENALTY), SOON).toContain('# weather · penalty: one training step');
  });

  it('and asks for another variant by the palette', async () => {
    const { workbench } = vscode();
    await workbench.closeAllEditors();
    await workbench.openFile('weather.orthant.json');
    await workbench.runCommand(COMMAND);
    await workbench.pick('lagrangian', COMMAND);
    const title = 'weather · lagrangian · compiled graph';
    await workbench.tab(title).waitFor();
    await expect.poll(() => workbench.textShown(title), SOON).toContain('# method     lagrangian');
  });

  it('of an experiment with a mistake, and is told what training would tell', async () => {
    const { workbench } = vscode();
    await workbench.closeAllEditors();
    await workbench.openFile('column.orthant.json');
    await workbench.runCommand(COMMAND);
    expect(await workbench.notification('temp_maxx')).toContain('column.orthant.json, line 1');
    expect(await workbench.tab('compiled graph').count()).toBe(0);
  });
});
