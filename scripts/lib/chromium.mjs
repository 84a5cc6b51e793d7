/** The browser that shows the VS Code server: the one that is there, else Debian's. */
import { existsSync } from 'node:fs';
import { findProgram, installDebianPackages } from './debian.mjs';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Path of a Chromium, or `undefined`. The environment variable `ORTHANT_CHROMIUM` names another one. */
export function findChromium() {
  const chosen = process.env.ORTHANT_CHROMIUM;
  if (chosen !== undefined) return chosen;
  for (const program of PROGRAMS) {
    const file = findProgram(program);
    if (file !== undefined) return file;
  }
  return existsSync(MAC) ? MAC : undefined;
}

/** @returns {Promise<string>} path of a Chromium, installed first when there was none */
export async function provideChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  // The font is what a bare system lacks to show any text at all.
  await installDebianPackages(['chromium', 'fonts-dejavu-core']);
  const installed = findChromium();
  if (installed === undefined) throw new Error('The package chromium was installed but no chromium is on PATH.');
  return installed;
}
