// Installs what the end-to-end tests and `npm run vscode` need: a real VS Code server, and with `--browser` a Chromium.
import { provideChromium } from './lib/chromium.mjs';
import { say } from './lib/run.mjs';
import { provideVsCodeServer } from './lib/vscodeServer.mjs';

try {
  const server = await provideVsCodeServer();
  say(`VS Code server ${server.version} is ready.`);
  if (process.argv.includes('--browser')) say(`Chromium is ${await provideChromium()}`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
