/** Runs that go on for long: stopped, paused, several at once, reloaded under way. */
import { expect, it } from 'vitest';
import { FAR_TOO_LONG_MS, SOON, storiesInVsCode } from './harness/stories';

/** Real data, and so many epochs that no run ends by itself. */
const LONG = JSON.stringify(
  {
    data: { source: 'seattle-weather.csv', inputs: ['temp_max', 'temp_min'], targets: ['precipitation', 'wind'] },
    network: { hidden: [64, 64] },
    constraint: { min: 0 },
    training: { epochs: 1_000_000 },
    variants: {
      penalty: { method: 'penalty', alpha: 10 },
      lagrangian: { method: 'lagrangian' },
      augmented: { method: 'augmented-lagrangian' },
    },
  },
  null,
  2,
);

const OPTIONS = {
  example: 'weather',
  files: { 'long.orthant.json': LONG },
  settings: { 'orthant.maximumParallelRuns': 3 },
};

storiesInVsCode('A person has long runs', OPTIONS, (vscode) => {
  it('and watches the histograms move, then stops the run at once; what it recorded stays', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('long.orthant.json');
    await experimentEditor.clickLens('Train', '"penalty"');
    const panel = vscode().runPanel('penalty');
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(0);
    const epoch = (await panel.epoch()) ?? 0;
    const bars = await panel.bars('wind');
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(epoch);
    await expect.poll(() => panel.bars('wind'), SOON).not.toEqual(bars);

    const pressed = performance.now();
    await panel.press('stop');
    await expect.poll(() => panel.status(), SOON).toBe('stopped');
    const stoppedMs = performance.now() - pressed;
    console.log(`stopped after ${Math.round(stoppedMs)} ms; wanted are 2 s`);
    expect(stoppedMs).toBeLessThan(FAR_TOO_LONG_MS);
    expect(vscode().runFolders()).toHaveLength(1);
    await expect.poll(() => experimentEditor.lensText('"penalty"'), SOON).toMatch(/Train \| stopped/);
  });

  it('and types on without waiting while all variants train side by side', async () => {
    const { workbench, experimentEditor } = vscode();
    await workbench.openFile('long.orthant.json');
    await experimentEditor.clickLens('Train all', '"variants"');
    const panel = vscode().runPanel('Compare');
    await expect.poll(() => panel.variants(), SOON).toEqual(['penalty', 'lagrangian', 'augmented']);
    await expect.poll(() => panel.status('penalty'), SOON).toBe('running');
    await expect.poll(() => panel.status('lagrangian'), SOON).toBe('running');

    await experimentEditor.goToLine('long.orthant.json', 1);
    const latencies = (await experimentEditor.typingLatencies(' // quick brown fox')).sort((a, b) => a - b);
    // Until all is drawn that the file shows; the odd one waits for the panel beside it, which redraws three runs.
    const medianMs = latencies[latencies.length >> 1] ?? 0;
    console.log(
      `typing while three runs train: median ${medianMs.toFixed(0)} ms, worst ${latencies.at(-1)?.toFixed(0)} ms; ` +
        'wanted is a median of 100 ms on an idle machine',
    );
    await experimentEditor.save();
    expect(medianMs).toBeLessThan(FAR_TOO_LONG_MS);
  });

  it('and finds them training on after the window was reloaded', async () => {
    const { workbench } = vscode();
    await workbench.reload();
    const panel = vscode().runPanel('Compare');
    for (const variant of ['penalty', 'lagrangian', 'augmented']) {
      await expect.poll(() => panel.status(variant), SOON).toBe('running');
      const epoch = (await panel.epoch(variant)) ?? 0;
      await expect.poll(() => panel.epoch(variant), SOON).toBeGreaterThan(epoch);
    }
    await expect.poll(() => panel.shareOutside('penalty'), SOON).not.toBeNull();
  });

  it('and stops them one by one by the command, which asks which one as long as there are several', async () => {
    const { workbench, sidebar } = vscode();
    await workbench.closeAllEditors();
    await sidebar.open();
    const runs = async () => (await sidebar.entries('Runs')).join('\n');
    for (const variant of ['penalty', 'lagrangian', 'augmented']) {
      await expect.poll(runs, SOON).toMatch(new RegExp(`${variant} \\d+ of`));
      await workbench.runCommand('Orthant: Stop');
      if (variant !== 'augmented') await workbench.pick(variant, 'Orthant: Stop');
      await expect.poll(runs, SOON).not.toMatch(new RegExp(`${variant} (\\d+ of|stopping)`));
    }
  });

  it('and pauses and resumes one from the sidebar', async () => {
    const { workbench, experimentEditor, sidebar } = vscode();
    await workbench.closeAllEditors();
    await workbench.openFile('long.orthant.json');
    await experimentEditor.clickLens('Train', '"penalty"');
    const panel = vscode().runPanel('penalty');
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(0);
    await sidebar.open();
    await sidebar.pressInline('Runs', /penalty.*epochs/, 'Pause');
    await expect.poll(() => panel.status(), SOON).toBe('paused');
    await sidebar.pressInline('Runs', /penalty.*paused/, 'Resume');
    await expect.poll(() => panel.status(), SOON).toBe('running');
    await workbench.runCommand('Orthant: Stop');
    await expect.poll(() => panel.status(), SOON).toBe('stopped');
  });
});
