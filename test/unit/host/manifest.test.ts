import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { DATA_ENDINGS } from '../../../extension/host/dataFiles';
import { ENGINE_NAMES } from '../../../extension/protocol/events';

vi.mock('vscode', () => ({}));

const root = path.resolve(import.meta.dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const words = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8'));

describe('the manifest', () => {
  test('uses every text of package.nls.json, and no other', () => {
    const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]));
    expect([...used].sort()).toEqual(Object.keys(words).sort());
  });

  test('contributes the commands that are registered, and no other', () => {
    const main = readFileSync(path.join(root, 'extension/host/main.ts'), 'utf8');
    const registered = [...main.matchAll(/register\('(\w+)'/g)].map((match) => `orthant.${match[1]}`);
    const contributed = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    expect([...contributed].sort()).toEqual(registered.sort());
  });

  test('puts only contributed commands into menus and welcome texts', () => {
    const contributed = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    const menus: { command: string }[][] = Object.values(manifest.contributes.menus);
    const linked = [
      ...Object.values<string>(words)
        .join('\n')
        .matchAll(/\(command:(orthant\.\w+)\)/g),
    ];
    const used = [...menus.flat().map(({ command }) => command), ...linked.map((match) => match[1]!)];
    expect(used.filter((command) => !contributed.includes(command))).toEqual([]);
  });

  test('hides what reads data in restricted mode, wherever it is offered', () => {
    const menus: { command: string; when?: string }[][] = Object.values(manifest.contributes.menus);
    const reading = menus
      .flat()
      .filter(({ command }) => /^orthant\.(train|newExperiment|showCompiledGraph|exportRun)/.test(command));
    expect(reading.filter(({ when }) => !when?.includes('isWorkspaceTrusted'))).toEqual([]);
  });

  test('gives every command a title, and every text something to say', () => {
    const untitled = manifest.contributes.commands.filter(({ title }: { title: string }) => !/^%[\w.]+%$/.test(title));
    expect(untitled).toEqual([]);
    expect(Object.entries<string>(words).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('offers a new experiment for each kind of data file that can be asked about', () => {
    const menus: { command: string; when: string }[] = manifest.contributes.menus['explorer/context'];
    const { when } = menus.find(({ command }) => command === 'orthant.newExperiment')!;
    expect(/\((.+)\)\$\/i/.exec(when)![1]!.split('|')).toEqual([...DATA_ENDINGS]);
  });

  test('has one walkthrough, whose steps are done by commands that are there and show a picture that is', () => {
    const commands = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    const [walkthrough, ...others] = manifest.contributes.walkthroughs;
    expect(others).toEqual([]);
    for (const { id, media, completionEvents } of walkthrough.steps) {
      const done: string[] = completionEvents.flatMap((event: string) => /^onCommand:(.+)$/.exec(event)?.[1] ?? []);
      expect(done.length, id).toBeGreaterThan(0);
      expect(done.filter((command) => !commands.includes(command))).toEqual([]);
      // What a step asks for is what its button does.
      expect(words[`walkthrough.${id}.description`]).toContain(`(command:${done[0]})`);
      expect(existsSync(path.join(root, media.svg ?? media.markdown)), id).toBe(true);
    }
    expect(walkthrough.steps[0].id).toBe('sample');
    const opened = /openWalkthrough\?([^)]+)\)/.exec(words['welcome.noExperiment'])![1]!;
    expect(decodeURIComponent(opened)).toBe(`"${manifest.publisher}.${manifest.name}#${walkthrough.id}"`);
  });

  test('has one button at most in each welcome text, behind the links', () => {
    const texts = Object.entries<string>(words).filter(([name]) => name.startsWith('welcome.'));
    for (const [name, text] of texts) {
      const lines = text.split('\n');
      const buttons = lines.filter((line) => /^\[[^\]]+\]\([^)]+\)$/.test(line));
      expect(buttons.length, name).toBeLessThanOrEqual(1);
      if (buttons.length === 1) expect(lines.at(-1), name).toBe(buttons[0]);
    }
  });

  test('draws its pictures in the colors of the theme', () => {
    const folder = path.join(root, 'media/walkthrough');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.svg'))) {
      const colors = readFileSync(path.join(folder, file), 'utf8').matchAll(/(?:fill|stroke)="([^"]+)"/g);
      const fixed = [...colors]
        .map(([, color]) => color!)
        .filter((color) => !/^(var\(--vscode-[\w-]+\)|none|url\(#\w+\))$/.test(color));
      expect(fixed, file).toEqual([]);
    }
  });

  test('names only settings the host reads, and every one of them', () => {
    const settings = readFileSync(path.join(root, 'extension/host/settings.ts'), 'utf8');
    const named = Object.keys(manifest.contributes.configuration.properties).map((name) =>
      name.slice('orthant.'.length),
    );
    expect(named.filter((name) => !settings.includes(`'${name}'`))).toEqual([]);
  });

  test('offers the engines of this version, in the order in which auto tries them', () => {
    const engine = manifest.contributes.configuration.properties['orthant.engine'];
    expect(engine.enum).toEqual(['auto', ...ENGINE_NAMES]);
    expect(engine.enumDescriptions).toEqual(engine.enum.map((name: string) => `%settings.engine.${name}%`));
  });

  test('wakes the extension for an experiment that is opened or made later', () => {
    const language = manifest.contributes.languages.find(({ filenamePatterns }: { filenamePatterns: string[] }) =>
      filenamePatterns.includes('*.orthant.json'),
    );
    expect(manifest.activationEvents).toContain(`onLanguage:${language.id}`);
  });

  test('offers no training of the copies that run folders keep', () => {
    const { 'explorer/context': explorer, 'editor/title': title } = manifest.contributes.menus;
    const ofFiles = [...explorer, ...title].filter(({ command }: { command: string }) =>
      /^orthant\.train/.test(command),
    );
    expect(ofFiles.length).toBeGreaterThan(2);
    const excluded = ofFiles.map(({ when }) => new RegExp(/!\(resourcePath =~ \/(.+)\/\)$/.exec(when)![1]!));
    for (const copies of excluded) {
      expect(copies.test('/project/.orthant/runs/a/experiment.orthant.json')).toBe(true);
      expect(copies.test('c:\\work\\.orthant\\runs\\a\\experiment.orthant.json')).toBe(true);
      expect(copies.test('/project/experiment.orthant.json')).toBe(false);
    }
  });

  test('names an icon that is there', () => {
    expect(existsSync(path.join(root, manifest.icon))).toBe(true);
  });
});

// Written anew by `vitest -u`; translators copy it to bundle.l10n.<language>.json.
test('every text of the code stands in the bundle for translators', async () => {
  const sources = ['extension/host', 'extension/language'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(root, folder, file), 'utf8')),
  );
  const texts = sources.flatMap((source) =>
    [...source.matchAll(/(?<![\w.])(?:l10n\.)?t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map(
      (match) => match[1]?.replaceAll("\\'", "'") ?? match[2]!,
    ),
  );
  const bundle = Object.fromEntries([...new Set(texts)].sort().map((text) => [text, text]));
  await expect(`${JSON.stringify(bundle, null, 2)}\n`).toMatchFileSnapshot(path.join(root, 'l10n/bundle.l10n.json'));
});
