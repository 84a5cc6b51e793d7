/** Runs that outlive the window they were started in: a reload, a killed trainer, and a window that takes them along. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SOON, storiesInVsCode, TRAINING_MS } from './harness/stories';

function experiment(epochs: number): string {
  return JSON.stringify(
    {
      data: { source: 'seattle-weather.csv', inputs: ['temp_max', 'temp_min'], targets: ['precipitation', 'wind'] },
      network: { hidden: [64, 64] },
      constraint: { min: 0 },
      training: { epochs },
      variants: { lagrangian: { method: 'lagrangian' } },
    },
    null,
    2,
  );
}

const OPTIONS = {
  example: 'weather',
  files: { 'long.orthant.json': experiment(1_000_000), 'short.orthant.json': experiment(2500) },
};

storiesInVsCode('A person leaves runs alone', OPTIONS, (vscode) => {
  /** The process of the newest run, and the folder it writes. */
  const newest = (): { folder: string; pid: number } => {
    const runs = path.join(vscode().folder, '.orthant/runs');
    const folder = path.join(runs, vscode().runFolders().at(-1)!);
    const { pid } = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as { pid: number };
    return { folder, pid };
  };

  it('and finds one again after a reload: it went on meanwhile, and is live, paused, resumed and stopped', async () => {
    const { workbench, experimentEditor, sidebar } = vscode();
    await workbench.openFile('long.orthant.json');
    await experimentEditor.clickLens('Train', '"lagrangian"');
    const panel = vscode().runPanel('lagrangian');
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(0);
    const before = (await panel.epoch()) ?? 0;
    const { pid } = newest();

    await workbench.reload();
    await expect.poll(() => panel.status(), SOON).toBe('running');
    // It did not begin again, and nobody else trains it.
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(before);
    expect(newest().pid).toBe(pid);
    const epochs = new Set<number | null>();
    const since = performance.now();
    while (performance.now() - since < 2000) epochs.add(await panel.epoch());
    console.log(`after the reload the panel showed ${epochs.size} measures in 2 s; wanted are 10`);
    expect(epochs.size).toBeGreaterThan(1);
    const opened = performance.now();
    await sidebar.open();
    await expect.poll(async () => (await sidebar.entries('Runs')).join('\n'), SOON).toMatch(/lagrangian.*epochs/);
    console.log(`the sidebar listed it ${Math.round(performance.now() - opened)} ms after it was asked for`);
    await vscode().screenshot('outliving-found-again');

    await sidebar.pressInline('Runs', /lagrangian.*epochs/, 'Pause');
    await expect.poll(() => panel.status(), SOON).toBe('paused');
    await workbench.reload();
    await expect.poll(() => panel.status(), SOON).toBe('paused');
    await sidebar.open();
    await sidebar.pressInline('Runs', /lagrangian.*paused/, 'Resume');
    await expect.poll(() => panel.status(), SOON).toBe('running');
    const asked = performance.now();
    await panel.press('stop');
    await expect.poll(() => panel.status(), SOON).toBe('stopped');
    console.log(`stopped ${Math.round(performance.now() - asked)} ms after it was asked through the folder`);
    expect(vscode().runFolders()).toHaveLength(1);
  });

  it('and sees one that was killed as lost with its log, and resumes it from its checkpoint to its end', async () => {
    const { workbench, experimentEditor, sidebar } = vscode();
    await workbench.closeAllEditors();
    await workbench.openFile('short.orthant.json');
    await experimentEditor.clickLens('Train', '"lagrangian"');
    const panel = vscode().runPanel('lagrangian');
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(0);
    const { folder, pid } = newest();
    await expect.poll(() => existsSync(path.join(folder, 'checkpoint/state.safetensors')), SOON).toBe(true);
    writeFileSync(path.join(folder, 'trainer.log'), 'its last words\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => panel.status(), SOON).toBe('lost');
    expect(await panel.error()).toMatch(/SIGKILL.*\n?.*its last words/s);
    await sidebar.open();
    await expect.poll(async () => (await sidebar.entries('Runs')).join('\n'), SOON).toMatch(/lagrangian lost/);
    await vscode().screenshot('outliving-lost');

    // What a window that comes later finds is the same.
    await workbench.reload();
    await expect.poll(() => panel.status(), SOON).toBe('lost');
    expect(await panel.error()).toMatch(/is gone and left no end.*its last words/s);
    await sidebar.open();
    const lost = (await panel.epoch()) ?? 0;
    await sidebar.pressInline('Runs', /lagrangian.*lost/, 'Resume run from checkpoint');
    await expect.poll(() => panel.status(), SOON).toMatch(/running|finished/);
    await vscode().screenshot('outliving-resumed');
    expect(await panel.statusAtTheEnd(TRAINING_MS)).toBe('finished');
    expect(await panel.epoch()).toBe(2500);
    expect(lost).toBeLessThan(2500);
    const events = readFileSync(path.join(folder, 'events.jsonl'), 'utf8');
    expect(events).toMatch(/"type":"resumed".*"fromCheckpoint":true/);
    expect(vscode().runFolders()).toHaveLength(2);
    await vscode().screenshot('outliving-finished');
  });

  it('and has them stopped with the window where the setting says so', async () => {
    const { workbench, experimentEditor } = vscode();
    const settings = path.join(vscode().folder, '.vscode/settings.json');
    mkdirSync(path.dirname(settings), { recursive: true });
    writeFileSync(settings, JSON.stringify({ 'orthant.onWindowClose': 'stop' }));
    await workbench.closeAllEditors();
    await workbench.openFile('long.orthant.json');
    await experimentEditor.clickLens('Train', '"lagrangian"');
    const panel = vscode().runPanel('lagrangian');
    await expect.poll(() => panel.epoch(), SOON).toBeGreaterThan(0);
    const { pid } = newest();
    await workbench.reload();
    await expect.poll(() => panel.status(), SOON).toBe('stopped');
    expect(isAlive(pid)).toBe(false);
    await panel.press('resume-run');
    await expect.poll(() => panel.status(), SOON).toBe('running');
    await panel.press('stop');
    await expect.poll(() => panel.status(), SOON).toBe('stopped');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
