/** The run panel on screen: a webview, read through its frames by the attributes it carries for that. */
import type { Frame, Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench';

export type Split = 'Training' | 'Validation';

/** Counts of a histogram's bars by the lower edge of their bins. */
export type Bars = Record<string, number>;

export class RunPanel {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
    private readonly title: string | undefined,
  ) {}

  /** Brings its tab to the front; a webview behind another one is not there. */
  async bringToFront(): Promise<void> {
    if (this.title !== undefined) await this.workbench.tab(this.title).first().click();
    await this.frame();
  }

  async variants(): Promise<string[]> {
    return (await this.frame()).locator('[data-test="variant"]').allInnerTexts();
  }

  async status(variant?: string): Promise<string | null> {
    return (await this.run(variant)).getAttribute('data-status');
  }

  /** Status once the run is over, however it ended. */
  async statusAtTheEnd(timeoutMs: number, variant?: string): Promise<string | null> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const status = await this.status(variant);
      if (/finished|stopped|failed|lost/.test(status ?? '') || Date.now() > deadline) return status;
      await this.page.waitForTimeout(100);
    }
  }

  async verdict(variant?: string): Promise<string | null> {
    return (await this.run(variant)).getAttribute('data-verdict');
  }

  /** Step of the measure shown; `null` before the first. */
  async step(variant?: string): Promise<number | null> {
    return numberOf(await (await this.run(variant)).getAttribute('data-step'));
  }

  async epoch(variant?: string): Promise<number | null> {
    return numberOf(await (await this.run(variant)).getAttribute('data-epoch'));
  }

  /** Share of all outputs outside the bounds, 0 to 1, in the measure shown. */
  async shareOutside(variant?: string): Promise<number | null> {
    return numberOf(await (await this.run(variant)).getAttribute('data-outside'));
  }

  async targets(variant?: string): Promise<(string | null)[]> {
    const histograms = await (await this.run(variant)).locator('[data-test="histogram"]').all();
    return Promise.all(histograms.map((histogram) => histogram.getAttribute('data-target')));
  }

  /** What the histogram of a target shows. */
  async bars(target: string, variant?: string): Promise<Bars> {
    // In one go: a live histogram is drawn anew ten times a second.
    const bars = (await this.histogram(target, variant)).locator('rect[data-bin]');
    const pairs = await bars.evaluateAll((rects) =>
      rects.map((rect) => [rect.getAttribute('data-bin'), Number(rect.getAttribute('data-count'))] as const),
    );
    return Object.fromEntries(pairs);
  }

  /** `12.3 % outside` and so on, as it stands beside a target's name. */
  async outsideWords(target: string, variant?: string): Promise<string> {
    return (await this.histogram(target, variant)).locator('[data-test="outside-words"]').innerText();
  }

  async error(variant?: string): Promise<string> {
    return (await this.run(variant)).locator('[data-test="run-error"]').innerText();
  }

  async press(button: 'stop' | 'pause' | 'resume', variant?: string): Promise<void> {
    await (await this.run(variant)).locator(`[data-test="${button}"]`).click();
  }

  /** Moves through the history to its beginning. */
  async showFirstMeasure(): Promise<void> {
    const slider = (await this.frame()).locator('[data-test="time"]');
    await slider.focus();
    await slider.press('Home');
  }

  async showNewestMeasure(): Promise<void> {
    const slider = (await this.frame()).locator('[data-test="time"]');
    await slider.focus();
    await slider.press('End');
  }

  /** Rows of the table that compares the runs, cells joined by a bar. */
  async table(name: 'comparison' | 'figures'): Promise<string[]> {
    const rows = await (await this.frame()).locator(`[data-test="${name}"] tr`).all();
    return Promise.all(rows.map(async (row) => (await row.locator('th,td').allInnerTexts()).join(' | ')));
  }

  /** The colour behind the panel, as the theme gives it. */
  async background(): Promise<string> {
    return (await this.frame()).evaluate(() => getComputedStyle(document.body).backgroundColor);
  }

  private async run(variant?: string): Promise<Locator> {
    const named = variant === undefined ? '' : `[data-variant="${variant}"]`;
    return (await this.frame()).locator(`[data-test="run"]${named}`).first();
  }

  private async histogram(target: string, variant?: string): Promise<Locator> {
    return (await this.run(variant)).locator(`[data-test="histogram"][data-target="${target}"]`);
  }

  /** The innermost frame of the panel on screen; there are two around it. */
  private async frame(): Promise<Frame> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      for (const frame of this.page.frames()) if (await this.isMeant(frame)) return frame;
      if (Date.now() > deadline) throw new Error(`No run panel${this.title ? ` "${this.title}"` : ''} is on screen.`);
      await this.page.waitForTimeout(50);
    }
  }

  private async isMeant(frame: Frame): Promise<boolean> {
    const outer = frame.parentFrame();
    if (outer === null || outer.parentFrame() === null) return false;
    try {
      if ((await frame.locator('[data-test="panel"]').count()) === 0) return false;
      if (!(await (await outer.frameElement()).isVisible())) return false;
      return this.title === undefined || (await frame.title()).includes(this.title);
    } catch {
      // It went away while it was asked.
      return false;
    }
  }
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
