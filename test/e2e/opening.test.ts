import { expect, it } from 'vitest';
import { SOON, storiesInVsCode } from './harness/stories';

storiesInVsCode('A person opens the weather example', { example: 'weather' }, (vscode) => {
  it('shows the experiment file as JSON with comments and says nothing is wrong', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('weather.orthant.json');
    await expect.poll(() => workbench.language(), SOON).toBe('JSON with Comments');
    // The lenses come from the language server: once they are there, it has read the file.
    expect(await experimentEditor.lenses()).not.toEqual([]);
    expect(await experimentEditor.squiggles('error').count()).toBe(0);
    expect(await workbench.errorNotifications()).toEqual([]);
  });

  it('and reads over a method what it does and guarantees', async () => {
    const { experimentEditor } = vscode();
    await expect.poll(() => experimentEditor.hover('unconstrained'), SOON).toContain('Guarantee G0');
  });
});

storiesInVsCode('A person opens a folder that is not trusted', { example: 'weather', trusted: false }, (vscode) => {
  it('and reads, but does not train', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('weather.orthant.json');
    expect(await experimentEditor.lenses()).not.toEqual([]);
    await experimentEditor.clickLens('Train', '"penalty"');
    expect(await workbench.notification('Training is off in restricted mode')).toContain('Trust this workspace');
    expect(vscode().runFolders()).toEqual([]);
  });
});
