import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENGINE_NAMES } from '../../../extension/engines/select';

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
    const reading = menus.flat().filter(({ command }) => /^orthant\.(train|showCompiledGraph)/.test(command));
    expect(reading.filter(({ when }) => !when?.includes('isWorkspaceTrusted'))).toEqual([]);
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
    const ofFiles: { when: string }[] = [...explorer, ...title];
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
    readdirSync(path.join(root, folder)).map((file) => readFileSync(path.join(root, folder, file), 'utf8')),
  );
  const texts = sources.flatMap((source) =>
    [...source.matchAll(/(?<![\w.])(?:l10n\.)?t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map(
      (match) => match[1]?.replaceAll("\\'", "'") ?? match[2]!,
    ),
  );
  const bundle = Object.fromEntries([...new Set(texts)].sort().map((text) => [text, text]));
  await expect(`${JSON.stringify(bundle, null, 2)}\n`).toMatchFileSnapshot(path.join(root, 'l10n/bundle.l10n.json'));
});
