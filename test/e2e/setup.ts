/**
 * What every end-to-end story needs, made ready once: the VS Code server, Chromium and the packed extension.
 * `npm test` has done all of it before and says by ORTHANT_E2E_UNAVAILABLE when it could not.
 */
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { provideChromium } from '../../scripts/lib/chromium.mjs';
import { packageExtension } from '../../scripts/lib/package.mjs';
import { cache } from '../../scripts/lib/paths.mjs';
import { provideVsCodeServer, type VsCodeServer } from '../../scripts/lib/vscodeServer.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    installed: VsCodeServer;
    chromium: string;
    vsix: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  if (process.env.ORTHANT_E2E_UNAVAILABLE !== undefined) return;
  project.provide('installed', await provideVsCodeServer());
  project.provide('chromium', await provideChromium());
  const packed = process.env.ORTHANT_VSIX;
  project.provide('vsix', packed ?? (await packageExtension(path.join(cache, 'package/orthant.vsix'))));
}
