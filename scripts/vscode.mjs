// Opens the weather example in real VS Code with the packed extension: in the `code` on PATH, or else in a VS Code
// server from npm whose address it prints. `--server` takes the server in any case.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from './lib/debian.mjs';
import { packageExtension } from './lib/package.mjs';
import { cache, exampleExperiment, exampleFolder } from './lib/paths.mjs';
import { run, say, step } from './lib/run.mjs';
import { startVsCodeServer } from './lib/startServer.mjs';
import { provideVsCodeServer } from './lib/vscodeServer.mjs';

try {
  const vsix = await step('package', () => packageExtension(path.join(cache, 'package/orthant.vsix')));
  const code = process.argv.includes('--server') ? undefined : findProgram('code');
  await (code === undefined ? openInServer(vsix) : openInEditor(code, vsix));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/**
 * @param {string} code
 * @param {string} vsix
 */
async function openInEditor(code, vsix) {
  await step('install into VS Code', () => run(code, ['--install-extension', vsix, '--force'], { timeoutMs: 120_000 }));
  await run(code, [exampleFolder, exampleExperiment], { timeoutMs: 60_000 });
  say('VS Code opens examples/weather. Press "Train" above a variant.');
}

/** @param {string} vsix */
async function openInServer(vsix) {
  const installed = await provideVsCodeServer();
  const profile = path.join(cache, 'vscode-profile');
  const settings = path.join(profile, 'User/settings.json');
  if (!existsSync(settings)) {
    mkdirSync(path.dirname(settings), { recursive: true });
    writeFileSync(settings, '{\n  "workbench.startupEditor": "none",\n  "chat.disableAIFeatures": true\n}\n');
  }
  const server = await step('VS Code server', () => startVsCodeServer({ installed, profile, vsix, trusted: true }));
  say(`\nOpen this in a browser, and ${path.basename(exampleExperiment)} in it:\n\n  ${server.urlOf(exampleFolder)}\n`);
  say('Ctrl+C ends the server.');
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    server.close().then(() => process.exit(0));
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  server.ended.then(() => {
    if (!ending) say('The server has ended.');
  });
  await server.ended;
}
