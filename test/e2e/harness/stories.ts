/** A group of stories that share one VS Code; one that fails leaves its evidence. */
import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { VsCode, type VsCodeOptions } from './vscode';

const unavailable = process.env.ORTHANT_E2E_UNAVAILABLE !== undefined;

/**
 * The stories of `body` run one after the other in one window. They are skipped where no VS Code could be installed;
 * `npm test` says so.
 */
export function storiesInVsCode(title: string, options: VsCodeOptions, body: (vscode: () => VsCode) => void): void {
  describe.skipIf(unavailable)(title, () => {
    let vscode: VsCode | undefined;
    const opened = (): VsCode => {
      if (vscode === undefined) throw new Error('internal: VS Code is open only within a story');
      return vscode;
    };

    beforeAll(async () => {
      vscode = await VsCode.open(options);
    }, 120_000);
    afterAll(async () => {
      await vscode?.close();
    }, 30_000);
    beforeEach(({ onTestFailed, task }) => {
      onTestFailed(async () => {
        if (vscode !== undefined) console.error(await vscode.saveEvidence(task.name));
      });
    });

    body(opened);
  });
}

/** A time budget of an idle machine, for this one: longer by as much as it has more to do than cores. */
export function onThisMachine(budgetMs: number): number {
  return budgetMs * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}
