/** What is wrong with a file is said where it is wrong, and nothing is written. */
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode } from './harness/stories';

function experiment(changes: Record<string, unknown>): string {
  return JSON.stringify(
    {
      data: { source: 'seattle-weather.csv', inputs: ['temp_max'], targets: ['wind'] },
      network: { hidden: [8] },
      constraint: { min: 0 },
      training: { epochs: 2 },
      variants: { penalty: { method: 'penalty' } },
      ...changes,
    },
    null,
    2,
  );
}

const files = {
  'column.orthant.json': experiment({
    data: { source: 'seattle-weather.csv', inputs: ['temp_maxx'], targets: ['wind'] },
  }),
  'method.orthant.json': experiment({ variants: { penalty: { method: 'penalti' } } }),
  'absent.orthant.json': experiment({ data: { source: 'nowhere.csv', inputs: ['temp_max'], targets: ['wind'] } }),
  'syntax.orthant.json': '{\n  "data": { "source": }\n}\n',
};

storiesInVsCode('A person makes a mistake', { example: 'weather', files }, (vscode) => {
  for (const [file, word] of [
    ['column.orthant.json', 'temp_maxx'],
    ['method.orthant.json', 'penalti'],
    ['absent.orthant.json', 'nowhere.csv'],
  ] as const) {
    it(`and sees ${word} underlined, with the reason and the remedy in the hover`, async () => {
      const { workbench, experimentEditor } = vscode();
      await workbench.openFile(file);
      await experimentEditor.squiggles('error').first().waitFor();
      await expect.poll(() => experimentEditor.hover(word), SOON).toContain(word);
    });
  }

  it('in the syntax, and sees it underlined', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('syntax.orthant.json');
    await experimentEditor.squiggles('error').first().waitFor();
  });

  it('and trains all the same: one message names the place, and no run folder is left', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('column.orthant.json');
    await experimentEditor.clickLens('Train', '"penalty"');
    const message = await workbench.notification('temp_maxx');
    expect(message).toContain('column.orthant.json, line');
    expect(vscode().runFolders()).toEqual([]);
    await workbench.clearNotifications();
  });

  it('mends it, and the underline goes away', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('column.orthant.json');
    await experimentEditor.replaceText(experiment({}));
    await expect.poll(() => experimentEditor.squiggles('error').count(), SOON).toBe(0);
  });
});
