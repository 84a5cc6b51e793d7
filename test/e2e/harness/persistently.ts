/**
 * Doing something in a window that moves under the hand: a quick input closes when anything takes the keyboard, a row or
 * a lens is drawn anew between finding and clicking it. Whatever that spoils is done again as a whole, so often and no more.
 */
import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { ElementHandle, Locator } from 'playwright-core';

/** What is lost comes at once the second time; a slow machine needs the long ones. */
const TRIES_MS = [2_000, 3_000, 5_000, 8_000, 13_000, 21_000];

/** Longer than a window stands still: a click that fails after this found nothing to click on, and did not arrive. */
const CLICK = { timeout: 10_000 };

/** How long each wait within one try may take, as Playwright's methods want it. */
export interface Within {
  timeout: number;
}

/**
 * What `attempt` gives as soon as it doesn't throw. It throws when the effect did not come, but no more once something has
 * arrived that must not happen twice, such as the click that runs a command.
 * @param what for the messages: `press Pause`
 * @param startOver what to clear away before the next try
 */
export async function persistently<T>(
  what: string,
  attempt: (within: Within) => Promise<T>,
  startOver: () => Promise<void> = async () => {},
): Promise<T> {
  for (let nTries = 1; ; nTries++) {
    const timeout = TRIES_MS[nTries - 1]!;
    try {
      return await attempt({ timeout });
    } catch (error) {
      const reason = stripVTControlCharacters(String(error)).replaceAll(/\s+/g, ' ');
      if (nTries === TRIES_MS.length) {
        throw new Error(`It was not possible to ${what}, tried ${nTries} times. ${reason}`, { cause: error });
      }
      console.log(`tries again to ${what}: ${reason.slice(0, 250)}`);
      // Some tries fail at once, and what spoiled them is not over yet.
      await setTimeout(timeout / 10);
      await startOver();
    }
  }
}

/** Clicks on what is there, or comes within the time. When it throws, the click did not arrive and may be made again. */
export async function click(
  target: Locator | ElementHandle,
  within: Within,
  options: { button?: 'left' | 'right' } = {},
): Promise<void> {
  if ('waitFor' in target) await target.waitFor(within);
  await target.click({ ...options, ...CLICK });
}

/**
 * As `click`, for what leaves the screen when it is chosen: an entry of a quick pick. One that is still there let the
 * click pass: the page has answered since, so it is not a click still under way.
 */
export async function clickAway(target: Locator, within: Within): Promise<void> {
  await click(target, within);
  const gone = await target.waitFor({ state: 'hidden', ...within }).then(
    () => true,
    async () => !(await target.isVisible()),
  );
  if (!gone) throw new Error('It was clicked and is still there.');
}
