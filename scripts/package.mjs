// Packs the extension for this platform: `npm run package [-- --out FILE]`.
import path from 'node:path';
import { packageExtension, sizeInMegabytes, target } from './lib/package.mjs';
import { say, step } from './lib/run.mjs';

const out = process.argv.indexOf('--out');
try {
  const file = out === -1 ? undefined : path.resolve(process.argv[out + 1] ?? '');
  const vsix = await step(`the extension for ${target()}`, () => packageExtension(file));
  say(`${path.relative(process.cwd(), vsix)}: ${sizeInMegabytes(vsix)}`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
