/** What goes wrong in a training is said with its cure, and the cure is one press away. */
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';

const FILE = 'weather.orthant.json';

storiesInVsCode('A person whose penalty is too weak', { example: 'weather' }, (vscode) => {
  it('reads over the name of a method what it guarantees and risks', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile(FILE);
    await expect.poll(() => experimentEditor.lensText('"penalty"'), SOON).toMatch(/Train/);
    await expect.poll(() => experimentEditor.hover('"augmented-lagrangian"'), SOON).toMatch(/Augmented Lagrangian/);
    const hover = await experimentEditor.hover('"augmented-lagrangian"');
    expect(hover).toContain('Outputs inside the bounds on the training rows at convergence');
    // Said once, not by the JSON schema as well.
    expect(hover.split('Outputs inside the bounds on the training rows').length).toBe(2);
    await vscode().screenshot('hover-method');
  });

  it('is told so in the panel, with numbers and fixes', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile(FILE);
    await experimentEditor.clickLens('Train', '"penalty"');
    const panel = vscode().runPanel('penalty');
    await panel.bringToFront();
    expect(await panel.statusAtTheEnd(TRAINING_MS)).toBe('finished');
    await expect.poll(() => panel.diagnoses(), SOON).toEqual(['doctor.penalty-too-weak']);
    expect(await panel.diagnosisText('doctor.penalty-too-weak')).toMatch(/^\d+ training outputs stay outside/);
    await vscode().screenshot('diagnosis');
  });

  it('and has the fix in the experiment file at a press, not saved yet', async () => {
    const { workbench } = vscode();
    const panel = vscode().runPanel('penalty');
    await panel.applyFix('doctor.penalty-too-weak', 0);
    await expect
      .poll(() => workbench.textShown(FILE), SOON)
      .toMatch(/"penalty": \{ "method": "augmented-lagrangian", "penaltyCoefficient": \d+/);
    await vscode().screenshot('fix-applied');
    // The comments of the file stay where they are.
    expect(await workbench.textShown(FILE)).toContain('// What is lost without a constraint');
    expect(await workbench.errorNotifications()).toEqual([]);
  });
});
