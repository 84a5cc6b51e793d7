/**
 * A real VS Code with the packed extension in it, on a copy of an example folder: its own server, profile and browser,
 * gone without trace when closed. What one does in it is the page objects' business.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { startVsCodeServer } from '../../../scripts/lib/startServer.mjs';
import type {} from '../setup';
import { ExperimentEditor } from './experimentEditor';
import { RunPanel } from './runPanel';
import { Sidebar } from './sidebar';
import { Workbench } from './workbench';

const root = path.resolve(import.meta.dirname, '../../..');
export const testResults = path.join(root, 'test-results');

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Nothing that moves, asks or looks for news. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'security.workspace.trust.startupPrompt': 'never',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Dark Modern',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'editor.hover.delay': 100,
  'files.autoSave': 'off',
};

export interface VsCodeOptions {
  /** Folder of `examples/` (or an absolute path) that is copied into the workspace. */
  example: string;
  /** More files of the workspace: relative path to content. They win over the example's. */
  files?: Record<string, string>;
  settings?: Record<string, unknown>;
  /** Whether the folder is trusted without a question; it is unless said otherwise. */
  trusted?: boolean;
}

export class VsCode {
  readonly workbench: Workbench;
  readonly experimentEditor: ExperimentEditor;
  readonly sidebar: Sidebar;

  private constructor(
    readonly page: Page,
    /** The workspace folder: the copy. */
    readonly folder: string,
    private readonly profile: string,
    private readonly console: string[],
    private readonly closing: () => Promise<void>,
  ) {
    this.workbench = new Workbench(page);
    this.experimentEditor = new ExperimentEditor(page, this.workbench);
    this.sidebar = new Sidebar(page, this.workbench);
  }

  static async open(options: VsCodeOptions): Promise<VsCode> {
    const home = mkdtempSync(path.join(tmpdir(), 'orthant-e2e-'));
    const folder = path.join(home, path.basename(options.example));
    const profile = path.join(home, 'profile');
    fillWorkspace(folder, options);
    // A setting of the machine is not read from the user's file when the window is a remote one, as here.
    for (const scope of ['User', 'Machine']) {
      mkdirSync(path.join(profile, scope), { recursive: true });
      writeFileSync(
        path.join(profile, scope, 'settings.json'),
        JSON.stringify(scope === 'User' ? { ...SETTINGS, ...options.settings } : (options.settings ?? {})),
      );
    }

    const installed = inject('installed');
    const vsix = inject('vsix');
    const server = await startVsCodeServer({ installed, profile, vsix, trusted: options.trusted ?? true });
    let browser: Browser | undefined;
    const close = async () => {
      await browser?.close();
      await server.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    };
    try {
      browser = await chromium.launch({ executablePath: inject('chromium'), args: CHROMIUM });
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(60_000);
      const console: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') console.push(message.text());
      });
      page.on('pageerror', (error) => console.push(String(error)));
      const vscode = new VsCode(page, folder, profile, console, close);
      await page.goto(server.urlOf(folder));
      await vscode.workbench.waitUntilReady();
      return vscode;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** The run panel whose tab has this in its title; the front one when nothing is named. */
  runPanel(title?: string): RunPanel {
    return new RunPanel(this.page, this.workbench, title);
  }

  close(): Promise<void> {
    return this.closing();
  }

  /** Text of a file of the workspace. */
  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** Names of the run folders recorded so far, oldest first. */
  runFolders(): string[] {
    try {
      return readdirSync(path.join(this.folder, '.orthant/runs')).sort();
    } catch {
      return [];
    }
  }

  /** A picture of the whole window. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(testResults, 'screenshots', `${name}.png`) });
  }

  /** Everything one wants to see after a failure: a picture, the extension's logs, the browser's errors. */
  async saveEvidence(name: string): Promise<string> {
    const target = path.join(testResults, 'failures', name.replace(/[^\w]+/g, '-').slice(0, 120));
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    await this.page.screenshot({ path: path.join(target, 'window.png') }).catch(() => undefined);
    writeFileSync(path.join(target, 'browser.log'), this.console.join('\n'));
    for (const [from, to] of [
      [path.join(this.profile, 'logs'), 'logs'],
      [path.join(this.folder, '.orthant'), 'orthant'],
    ] as const) {
      if (existsSync(from)) cpSync(from, path.join(target, to), { recursive: true });
    }
    const shown = this.extensionLogs().map(({ file, text }) => `── ${file}\n${text.split('\n').slice(-40).join('\n')}`);
    return [`Evidence is in ${path.relative(root, target)}`, ...shown].join('\n');
  }

  /** The output channels of the extension and what the extension host says about it. */
  extensionLogs(): { file: string; text: string }[] {
    const logs = path.join(this.profile, 'logs');
    return readdirSync(logs, { recursive: true, encoding: 'utf8' })
      .filter((file) => /orthant/i.test(file) && file.endsWith('.log'))
      .map((file) => ({ file, text: readFileSync(path.join(logs, file), 'utf8') }));
  }
}

function fillWorkspace(folder: string, { example, files = {} }: VsCodeOptions): void {
  cpSync(path.resolve(root, 'examples', example), folder, {
    recursive: true,
    // The race has variants of the same names, and more of them than a sidebar shows.
    filter: (source) => !['.orthant', 'race.orthant.json', 'sweep.orthant.json'].includes(path.basename(source)),
  });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}
