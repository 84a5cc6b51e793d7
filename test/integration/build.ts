/** Tests of processes run what is built; this builds when a source is newer than the bundles. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './cli';

export function buildIfStale(): void {
  const built = path.join(ROOT, 'dist/webview/panel.css');
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  const newest = Math.max(
    ...['extension', 'webview', 'scripts'].map(newestIn),
    statSync(path.join(ROOT, 'package.json')).mtimeMs,
  );
  if (newest > builtAt) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
}

function newestIn(folder: string): number {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return Math.max(0, ...files.map((file) => statSync(path.join(ROOT, folder, file)).mtimeMs));
}
