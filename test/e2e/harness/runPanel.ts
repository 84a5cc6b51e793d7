/** The run panel on screen: a webview, read through its frames by the attributes it carries for that. */
import type { Frame, Locator, Page } from 'playwright-core';
import { click, persistently, type Within } from './persistently';
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
    await persistently('bring the run panel to the front', async (within) => {
      if (this.title !== undefined) await click(this.workbench.tab(this.title).first(), within);
      await this.frame(within);
    });
  }

  async variants(): Promise<string[]> {
    return this.read((panel) => panel.locator('[data-test="variant"]').allInnerTexts());
  }

  async status(variant?: string): Promise<string | null> {
    return this.ofRun('data-status', variant);
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
    return this.ofRun('data-verdict', variant);
  }

  /** Step of the measure shown; `null` before the first. */
  async step(variant?: string): Promise<number | null> {
    return numberOf(await this.ofRun('data-step', variant));
  }

  async epoch(variant?: string): Promise<number | null> {
    return numberOf(await this.ofRun('data-epoch', variant));
  }

  /** Share of all outputs outside the bounds, 0 to 1, in the measure shown. */
  async shareOutside(variant?: string): Promise<number | null> {
    return numberOf(await this.ofRun('data-outside', variant));
  }

  async targets(variant?: string): Promise<(string | null)[]> {
    return this.read((panel) =>
      runIn(panel, variant)
        .locator('[data-test="histogram"]')
        .evaluateAll((histograms) => histograms.map((histogram) => histogram.getAttribute('data-target'))),
    );
  }

  /** What the histogram of a target shows. */
  async bars(target: string, variant?: string): Promise<Bars> {
    // In one go: a live histogram is drawn anew ten times a second.
    const pairs = await this.read((panel) =>
      histogramIn(panel, target, variant)
        .locator('rect[data-bin]')
        .evaluateAll((rects) =>
          rects.map((rect) => [rect.getAttribute('data-bin'), Number(rect.getAttribute('data-count'))] as const),
        ),
    );
    return Object.fromEntries(pairs);
  }

  /** `12.3 % outside` and so on, as it stands beside a target's name. */
  async outsideWords(target: string, variant?: string): Promise<string> {
    return this.read((panel, within) =>
      histogramIn(panel, target, variant).locator('[data-test="outside-words"]').innerText(within),
    );
  }

  async error(variant?: string): Promise<string> {
    return this.read((panel, within) => runIn(panel, variant).locator('[data-test="run-error"]').innerText(within));
  }

  /** Codes of what the failure doctor finds. */
  async diagnoses(variant?: string): Promise<(string | null)[]> {
    return this.read((panel) =>
      runIn(panel, variant)
        .locator('[data-test="diagnosis"]')
        .evaluateAll((found) => found.map((each) => each.getAttribute('data-code'))),
    );
  }

  async diagnosisText(code: string, variant?: string): Promise<string> {
    return this.read((panel, within) => runIn(panel, variant).locator(`[data-code="${code}"] p`).innerText(within));
  }

  /** Presses the button of a diagnosis' fix, by its place from 0. */
  async applyFix(code: string, place: number, variant?: string): Promise<void> {
    await persistently(`press fix ${place} of ${code}`, async (within) => {
      const fixes = runIn(await this.frame(within), variant).locator(`[data-code="${code}"] [data-test="apply-fix"]`);
      await click(fixes.nth(place), within);
    });
  }

  async press(button: 'stop' | 'pause' | 'resume' | 'resume-run', variant?: string): Promise<void> {
    await persistently(`press ${button}`, async (within) =>
      click(runIn(await this.frame(within), variant).locator(`[data-test="${button}"]`), within),
    );
  }

  /** Moves through the history to its beginning. */
  async showFirstMeasure(): Promise<void> {
    await this.moveSlider('Home', 'min');
  }

  async showNewestMeasure(): Promise<void> {
    await this.moveSlider('End', 'max');
  }

  /** Clicks into the history picture of a target, so far from its left end (0 to 1). */
  async clickHistory(target: string, share: number, variant?: string): Promise<void> {
    await persistently(`click into the history of ${target}`, async (within) => {
      const picture = histogramIn(await this.frame(within), target, variant).locator('.history-room svg');
      await picture.scrollIntoViewIfNeeded(within);
      const box = await picture.boundingBox(within);
      if (box === null) throw new Error('The history has no picture.');
      // The axis begins 40 pixels from the left and ends 10 from the right.
      await picture.click({ position: { x: 40 + share * (box.width - 50), y: box.height / 2 }, ...within });
    });
  }

  /** Goes through a picture by the keyboard: focuses it and presses the keys. */
  async pressIn(picture: string, keys: readonly string[]): Promise<void> {
    await persistently(`press ${keys.join(' ')} in ${picture}`, async (within) => {
      const focused = (await this.frame(within)).locator(picture).first();
      await focused.focus(within);
      for (const key of keys) await focused.press(key, within);
    });
  }

  /** What a screen reader hears of a picture: its description, and the value that the keyboard is on. */
  async described(picture: string): Promise<{ label: string | null; value: string | null }> {
    return this.read(async (panel, within) => {
      const found = panel.locator(picture).first();
      return {
        label: await found.getAttribute('aria-label', within),
        value: await found.getAttribute('aria-valuetext', within),
      };
    });
  }

  /** Scrolls to what carries a `data-test`, the first of them. */
  async reveal(test: string): Promise<void> {
    await persistently(`scroll to ${test}`, async (within) => {
      const part = (await this.frame(within)).locator(`[data-test="${test}"]:not([hidden])`).first();
      // Not `scrollIntoView`, which moves the frames around the panel too.
      const below = (element: Element, toolbar: number) =>
        window.scrollBy(0, element.getBoundingClientRect().top - toolbar);
      await part.evaluate(below, 70, within);
    });
  }

  /** Clicks what carries a `data-test`, the first of them. */
  async click(test: string, variant?: string): Promise<void> {
    await persistently(`click ${test}`, async (within) => {
      const panel = await this.frame(within);
      const root = variant === undefined ? panel.locator('body') : runIn(panel, variant);
      await click(root.locator(`[data-test="${test}"]`).first(), within);
    });
  }

  /** Rows of the list of worst rows of a target: number, prediction, target, violation, multiplier. */
  async worstRows(target: string, variant?: string): Promise<string[][]> {
    return this.read((panel) =>
      histogramIn(panel, target, variant)
        .locator('[data-test="worst-rows-table"] tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.querySelectorAll<HTMLElement>('th,td')].map(({ innerText }) => innerText.trim())),
        ),
    );
  }

  /** Opens a listed row in its data file, by its place from 0. */
  async openWorstRow(target: string, place: number, variant?: string): Promise<void> {
    await persistently(`open row ${place} of ${target}`, async (within) => {
      const buttons = histogramIn(await this.frame(within), target, variant).locator(
        '[data-test="worst-rows-table"] button',
      );
      await click(buttons.nth(place), within);
    });
  }

  /** Rows of the table that compares the runs, cells joined by a bar. */
  async table(name: 'comparison' | 'figures'): Promise<string[]> {
    return this.read((panel) =>
      panel
        .locator(`[data-test="${name}"] tr`)
        .evaluateAll((rows) =>
          rows.map((row) =>
            [...row.querySelectorAll<HTMLElement>('th,td')].map(({ innerText }) => innerText).join(' | '),
          ),
        ),
    );
  }

  /** The colour behind the panel, as the theme gives it. */
  async background(): Promise<string> {
    return this.read((panel) => panel.evaluate(() => getComputedStyle(document.body).backgroundColor));
  }

  private ofRun(attribute: string, variant: string | undefined): Promise<string | null> {
    return this.read((panel, within) => runIn(panel, variant).getAttribute(attribute, within));
  }

  private async moveSlider(key: 'Home' | 'End', end: 'min' | 'max'): Promise<void> {
    await persistently(`press ${key} in the history`, async (within) => {
      const slider = (await this.frame(within)).locator('[data-test="time"]');
      await slider.press(key, within);
      if ((await slider.inputValue(within)) !== (await slider.getAttribute(end, within))) {
        throw new Error(`The slider is not at its ${end}.`);
      }
    });
  }

  /** Reads again when the panel goes away under the reading, as a webview does that is brought back. */
  private read<T>(reading: (panel: Frame, within: Within) => Promise<T>): Promise<T> {
    return persistently('read the run panel', async (within) => reading(await this.frame(within), within));
  }

  /** The innermost frame of the panel on screen; there are two around it. */
  private async frame({ timeout }: Within): Promise<Frame> {
    const deadline = Date.now() + timeout;
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

function runIn(panel: Frame, variant: string | undefined): Locator {
  const named = variant === undefined ? '' : `[data-variant="${variant}"]`;
  return panel.locator(`[data-test="run"]${named}`).first();
}

function histogramIn(panel: Frame, target: string, variant: string | undefined): Locator {
  return runIn(panel, variant).locator(`[data-test="histogram"][data-target="${target}"]`);
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
