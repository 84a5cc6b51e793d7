/** A group of stories that share one VS Code; one that fails leaves its evidence. */
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { VsCode, type VsCodeOptions } from './vscode';

const unavailable = process.env.ORTHANT_E2E_UNAVAILABLE !== undefined;

/** For what comes by itself. It ends as soon as it is there, so it is long enough for a slow machine with much to do. */
export const SOON = { timeout: 120_000, interval: 50 };

/** For one training of an example to end. */
export const TRAINING_MS = 300_000;

/** Times are said and not judged, as the machine may be busy with anything; but no one would take this for at once. */
export const FAR_TOO_LONG_MS = 30_000;

const STORY_MS = 900_000;

/**
 * The stories of `body` run one after the other in one window. They are skipped where no VS Code could be installed;
 * `npm test` says so.
 */
export function storiesInVsCode(title: string, options: VsCodeOptions, body: (vscode: () => VsCode) => void): void {
  describe.skipIf(unavailable)(title, { timeout: STORY_MS }, () => {
    let vscode: VsCode | undefined;
    const opened = (): VsCode => {
      if (vscode === undefined) throw new Error('internal: VS Code is open only within a story');
      return vscode;
    };

    beforeAll(async () => {
      vscode = await VsCode.open(options);
    }, 300_000);
    afterAll(async () => {
      await vscode?.close();
    }, 60_000);
    beforeEach(({ onTestFailed, task }) => {
      onTestFailed(async () => {
        if (vscode !== undefined) console.error(await vscode.saveEvidence(task.name));
      });
    });

    body(opened);
  });
}
