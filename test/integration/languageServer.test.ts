/**
 * The language server as editors start it: its bundle as a process of its own, driven by the protocol's public library
 * over stdio, as most do, and over the process channel, as VS Code does.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  CancellationTokenSource,
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  CodeLensRequest,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  CompletionResolveRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DefinitionRequest,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentLinkRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FileChangeType,
  type FileEvent,
  type FileSystemWatcher,
  FoldingRangeRequest,
  type FullDocumentDiagnosticReport,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  IPCMessageReader,
  IPCMessageWriter,
  type LocationLink,
  LSPErrorCodes,
  type MarkupContent,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  UnregistrationRequest,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { positionsOf } from '../../extension/experiment/positions';
import {
  DATA_READING_ALLOWED,
  type DataDescription,
  DESCRIBE_DATA,
  FIND_CONSTANT,
  type LanguageServerOptions,
} from '../../extension/protocol/languageMessages';

const root = path.resolve(import.meta.dirname, '../..');

const TEXT = `{
  "data": { "source": "weather.csv", "inputs": ["winds"], "targets": ["rain"] },
  "constraint": { "min": 0 }, "training": { "batchSize": 8 },
  "variants": { "penalty": { "method": "penalty" } }
}`;
/** With columns that the data have. */
const GOOD = TEXT.replace('"winds"', '"wind"');

/** What VS Code can do. */
const CAPABLE: ClientCapabilities = {
  textDocument: {
    diagnostic: {},
    definition: { linkSupport: true },
    completion: { completionItem: { snippetSupport: true, labelDetailsSupport: true } },
  },
  workspace: {
    configuration: true,
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
  },
};

let bundle: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-server-'));
  bundle = path.join(folder, 'server.js');
  // Native packages are found from where the bundle lies.
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await esbuild.build({
    entryPoints: [path.join(root, 'extension/language/server.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@duckdb/node-api'],
    logLevel: 'error',
  });
  writeFileSync(path.join(folder, 'weather.csv'), csv('wind,rain'));
});

afterAll(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** 20 rows of numbers from 0 on under these names. */
function csv(header: string): string {
  const columns = header.split(',').map((_, column) => column);
  const rows = Array.from({ length: 20 }, (_, row) => columns.map((column) => row % (7 - 2 * column)).join(','));
  return `${header}\n${rows.join('\n')}\n`;
}

interface Options {
  readData: boolean;
  capabilities?: ClientCapabilities;
  transport?: 'stdio' | 'ipc';
  /** Which experiment file is open; two tests that run data share none. */
  file?: string;
}

async function connect({ readData, capabilities = CAPABLE, transport = 'stdio', file }: Options) {
  const isStdio = transport === 'stdio';
  const child = isStdio
    ? spawn(process.execPath, [bundle, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] })
    : fork(bundle, ['--node-ipc'], { execArgv: [] });
  children.push(child);
  const connection: ProtocolConnection = isStdio
    ? createProtocolConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!))
    : createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const refreshed = vi.fn();
  const published = vi.fn<(diagnostics: Diagnostic[]) => void>();
  const logged: string[] = [];
  const watched = new Map<string, FileSystemWatcher[]>();
  connection.onRequest(DiagnosticRefreshRequest.type, () => {
    refreshed();
  });
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ section }) => (section === 'orthant.runsFolder' ? 'my runs' : null)),
  );
  connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    for (const { id, method, registerOptions } of registrations)
      if (method === DidChangeWatchedFilesNotification.method) watched.set(id, registerOptions.watchers);
  });
  connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
    for (const { id } of unregisterations) watched.delete(id);
  });
  connection.onNotification(PublishDiagnosticsNotification.type, ({ diagnostics }) => published(diagnostics));
  connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
    logged.push(message);
  });
  connection.listen();
  const initializationOptions: LanguageServerOptions = { readData, translations: null };
  const { capabilities: offered } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities,
    initializationOptions,
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const uri = URI.file(path.join(folder, file ?? 'weather.orthant.json')).toString();
  const textDocument = { uri };
  let version = 1;
  let text = '';

  return {
    child,
    connection,
    refreshed,
    published,
    logged,
    watched,
    offered,
    uri,
    open: (opened: string) => {
      text = opened;
      return connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'jsonc', version, text },
      });
    },
    change: (changed: string) => {
      text = changed;
      version++;
      return connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    },
    close: () => connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument }),
    async diagnostics(): Promise<Diagnostic[]> {
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
      return (report as FullDocumentDiagnosticReport).items;
    },
    async problems(): Promise<string[]> {
      return (await this.diagnostics()).map(
        ({ code, source, range }) => `${source} ${code} ${range.start.line}:${range.start.character}`,
      );
    },
    /** Where a piece of the text stands. */
    at: (piece: string) => ({ textDocument, position: positionsOf(text).positionAt(text.indexOf(piece) + 1) }),
    about: { textDocument },
    edited: ({ range, newText }: TextEdit): string => {
      const { offsetAt } = positionsOf(text);
      return text.slice(0, offsetAt(range.start)) + newText + text.slice(offsetAt(range.end));
    },
  };
}

type Server = Awaited<ReturnType<typeof connect>>;

/** It looks at the data in the background. */
async function untilProblems(server: Server, expected: readonly unknown[]): Promise<void> {
  await vi.waitFor(async () => expect(await server.problems()).toEqual(expected), { timeout: 15_000, interval: 100 });
}

const MISSING_COLUMN = [expect.stringMatching(/^orthant data\.missing-column 1:/)];

describe('An editor that opens an experiment', () => {
  let server: Server;
  beforeAll(async () => {
    server = await connect({ readData: true, file: 'story.orthant.json' });
    await server.open(TEXT.replace('weather', 'story'));
  });

  test('is told of a column that the data lack, and told to ask again once it is known', async () => {
    writeFileSync(path.join(folder, 'story.csv'), csv('wind,rain'));
    expect(await server.problems()).toEqual([]);
    await vi.waitFor(() => expect(server.refreshed).toHaveBeenCalled(), { timeout: 10_000 });
    expect(await server.problems()).toEqual(MISSING_COLUMN);
  });

  test('completes a column, and sees its profile when it looks at it', async () => {
    const { items } = (await server.connection.sendRequest(
      CompletionRequest.type,
      server.at('"rain"'),
    )) as CompletionList;
    expect(items.map(({ label, detail }) => [label, detail])).toEqual([
      ['wind', 'BIGINT'],
      ['rain', 'BIGINT'],
    ]);
    // Rows 0 to 19 have the remainders 0 to 4.
    await vi.waitFor(
      async () => {
        const again = (await server.connection.sendRequest(
          CompletionRequest.type,
          server.at('"rain"'),
        )) as CompletionList;
        expect(again.items[1]).toMatchObject({ labelDetails: { description: '0 … 4' } });
      },
      { timeout: 5000 },
    );
    const resolved = await server.connection.sendRequest(CompletionResolveRequest.type, items[1] as CompletionItem);
    expect((resolved.documentation as MarkupContent).value).toContain('**rain** `BIGINT`, 20 rows');
  });

  test('mends a problem by what it carries, and it is gone', async () => {
    const [diagnostic] = await server.diagnostics();
    const actions = (await server.connection.sendRequest(CodeActionRequest.type, {
      ...server.about,
      range: diagnostic!.range,
      context: { diagnostics: [diagnostic!], triggerKind: 1 },
    })) as CodeAction[];
    expect(actions.length).toBeGreaterThan(0);
    expect(actions[0]).toMatchObject({ kind: 'quickfix', title: expect.stringContaining('"wind"') });
    await server.change(server.edited(actions[0]!.edit!.changes![server.uri]![0]!));
    expect(await server.problems()).toEqual([]);
    // And they stay gone once the data have been looked at.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await server.problems()).toEqual([]);
  });

  test('sees what a column holds and what a bound does to the data', async () => {
    const column = await server.connection.sendRequest(HoverRequest.type, server.at('"wind"'));
    // 0, 7 and 14 of 20 rows are 0.
    expect((column!.contents as MarkupContent).value).toContain('15 % zero');
    const bound = await server.connection.sendRequest(HoverRequest.type, server.at('"min"'));
    // 0, 5, 10 and 15.
    expect((bound!.contents as MarkupContent).value).toBe('- rain: 4 of 20 rows touch it (20 %), none is below');
    const source = await server.connection.sendRequest(HoverRequest.type, server.at('"source"'));
    expect((source!.contents as MarkupContent).value).toMatch(/^1 file, 20 rows, \d+ bytes/);
  });

  test('has the data watched, and is told when they change', async () => {
    await vi.waitFor(() => expect([...server.watched.values()]).toHaveLength(1), { timeout: 5000 });
    expect([...server.watched.values()][0]).toEqual([
      { globPattern: { baseUri: URI.file(folder).toString(), pattern: 'story.csv' } },
    ]);
    await untilProblems(server, []);
    server.refreshed.mockClear();
    writeFileSync(path.join(folder, 'story.csv'), csv('gust,rain'));
    const changes: FileEvent[] = [
      { uri: URI.file(path.join(folder, 'story.csv')).toString(), type: FileChangeType.Changed },
    ];
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    await vi.waitFor(() => expect(server.refreshed).toHaveBeenCalled(), { timeout: 10_000 });
    expect(await server.problems()).toEqual([expect.stringMatching(/^orthant data\.missing-column 1:/)]);
    writeFileSync(path.join(folder, 'story.csv'), csv('wind,rain'));
  });

  test('has another file watched when the source is another', async () => {
    await server.change(GOOD.replace('weather.csv', 'parts/*.csv'));
    await vi.waitFor(
      () =>
        expect([...server.watched.values()]).toEqual([
          [{ globPattern: { baseUri: URI.file(path.join(folder, 'parts')).toString(), pattern: '*.csv' } }],
        ]),
      { timeout: 5000 },
    );
    await server.change(GOOD.replace('weather', 'story'));
  });

  test('has an outline, folds, links and lenses', async () => {
    const symbols = (await server.connection.sendRequest(DocumentSymbolRequest.type, server.about)) as DocumentSymbol[];
    expect(symbols.map(({ name }) => name)).toEqual(['data', 'constraint', 'training', 'variants']);
    expect(await server.connection.sendRequest(FoldingRangeRequest.type, server.about)).toEqual([
      { startLine: 0, endLine: 3 },
    ]);
    const links = await server.connection.sendRequest(DocumentLinkRequest.type, server.about);
    expect(links).toMatchObject([{ target: URI.file(path.join(folder, 'story.csv')).toString() }]);
    expect(await server.connection.sendRequest(CodeLensRequest.type, server.about)).toMatchObject([
      { range: { start: { line: 3, character: 2 } }, data: { kind: 'experiment', variants: ['penalty'] } },
      { range: { start: { line: 3 } }, data: { kind: 'variant', variant: 'penalty', method: 'penalty' } },
    ]);
  });

  test('goes to a column in the header, and to the latest run in the folder of the settings', async () => {
    const [column] = (await server.connection.sendRequest(
      DefinitionRequest.type,
      server.at('"rain"'),
    )) as LocationLink[];
    expect(column).toMatchObject({
      targetUri: URI.file(path.join(folder, 'story.csv')).toString(),
      targetSelectionRange: { start: { line: 0, character: 5 }, end: { line: 0, character: 9 } },
    });
    const experiment = path.join(folder, 'story.orthant.json');
    mkdirSync(path.join(folder, 'my runs/one'), { recursive: true });
    const run = { id: 'one', variant: 'penalty', experiment };
    writeFileSync(path.join(folder, 'my runs/one/run.json'), JSON.stringify(run));
    const [latest] = (await server.connection.sendRequest(
      DefinitionRequest.type,
      server.at('"penalty": {'),
    )) as LocationLink[];
    expect(latest?.targetUri).toBe(URI.file(path.join(folder, 'my runs/one/run.json')).toString());
  });

  test('is told what is in a data file', async () => {
    const describe = (file: unknown): Promise<DataDescription> =>
      server.connection.sendRequest(DESCRIBE_DATA, { file });
    const described = await describe(path.join(folder, 'weather.csv'));
    expect(described).toMatchObject({ rows: 20, columns: [{ name: 'wind' }, { name: 'rain' }] });
    expect(await describe(path.join(folder, 'none.csv'))).toMatchObject({
      problem: expect.stringContaining('none.csv'),
    });
    expect(await describe('weather.csv')).toMatchObject({ problem: expect.stringContaining('no absolute path') });
    expect(await describe(7)).toHaveProperty('problem');
  });

  test('is told what is constant in a draft for a folder', async () => {
    const text = JSON.stringify({
      data: {
        source: 'weather.csv',
        query: 'SELECT *, 3 AS three FROM source',
        inputs: ['wind', 'three'],
        targets: ['rain'],
      },
      constraint: { min: 0 },
      variants: { plain: { method: 'unconstrained' } },
    });
    const find = (directory: string) => server.connection.sendRequest(FIND_CONSTANT, { text, directory });
    expect(await find(folder)).toEqual(['three']);
    expect(await find('.')).toEqual([]);
    expect(await server.connection.sendRequest(FIND_CONSTANT, {})).toEqual([]);
  });

  test('closes it and hears no more of it', async () => {
    await server.close();
    expect(await server.problems()).toEqual([]);
    await vi.waitFor(() => expect(server.watched.size).toBe(0), { timeout: 5000 });
  });

  test('ends the server', async () => {
    await server.connection.sendRequest(ShutdownRequest.type);
    await server.connection.sendNotification('exit');
    await vi.waitFor(() => expect(server.child.exitCode).toBe(0), { timeout: 5000 });
    expect(server.logged.filter((message) => /error/i.test(message) && !message.includes('path'))).toEqual([]);
  });
});

describe('The language server', () => {
  test('reads data only from when the workspace is trusted', async () => {
    const server = await connect({ readData: false });
    await server.open(TEXT);
    await server.problems();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await server.problems()).toEqual([]);
    const described = await server.connection.sendRequest(DESCRIBE_DATA, { file: path.join(folder, 'weather.csv') });
    expect(described).toMatchObject({ problem: expect.stringContaining('trusted') });
    expect(await server.connection.sendRequest(HoverRequest.type, server.at('"rain"'))).toBeNull();
    const list = (await server.connection.sendRequest(CompletionRequest.type, server.at('"winds"'))) as CompletionList;
    expect(list.items).toEqual([]);
    await server.connection.sendNotification(DATA_READING_ALLOWED);
    await untilProblems(server, MISSING_COLUMN);
  });

  test('speaks over the process channel as well', async () => {
    const server = await connect({ readData: true, transport: 'ipc' });
    await server.open(TEXT);
    await untilProblems(server, MISSING_COLUMN);
    server.child.disconnect();
    await vi.waitFor(() => expect(server.child.exitCode).not.toBeNull(), { timeout: 10_000 });
  });

  test('tells an editor that never asks, and takes back what it told when the file is closed', async () => {
    const server = await connect({ readData: true, capabilities: {} });
    await server.open(TEXT);
    await vi.waitFor(
      () =>
        expect(server.published).toHaveBeenLastCalledWith([expect.objectContaining({ code: 'data.missing-column' })]),
      { timeout: 10_000 },
    );
    await server.change(TEXT.replace('"min"', '"mni"'));
    await vi.waitFor(() =>
      expect(server.published).toHaveBeenLastCalledWith(
        expect.arrayContaining([expect.objectContaining({ code: 'experiment.unknown-target' })]),
      ),
    );
    await server.close();
    await vi.waitFor(() => expect(server.published).toHaveBeenLastCalledWith([]));
  });

  test('answers a request that was taken back as such, and not as if nothing were found', async () => {
    const server = await connect({ readData: true });
    await server.open(GOOD);
    const source = new CancellationTokenSource();
    const hover = server.connection.sendRequest(HoverRequest.type, server.at('"wind"'), source.token);
    source.cancel();
    await expect(hover).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(await server.connection.sendRequest(HoverRequest.type, server.at('"wind"'))).not.toBeNull();
  });

  test('lives on through requests that it doesn’t know and parameters that are none', async () => {
    const server = await connect({ readData: true });
    await server.open(TEXT);
    await expect(server.connection.sendRequest('orthant/noSuchThing', {})).rejects.toMatchObject({ code: -32601 });
    await server.connection.sendNotification('orthant/noSuchNews', { a: 1 });
    const methods = ['hover', 'completion', 'definition', 'documentSymbol', 'foldingRange', 'codeAction', 'codeLens'];
    for (const method of [...methods, 'documentLink', 'diagnostic']) {
      for (const params of [
        {},
        { textDocument: {} },
        { textDocument: { uri: 7 } },
        { textDocument: { uri: server.uri }, position: 'here' },
        { textDocument: { uri: 'untitled:Untitled-1' }, position: { line: 0, character: 0 } },
      ]) {
        // A refusal is an answer, too.
        await server.connection.sendRequest(`textDocument/${method}`, params).catch(() => null);
      }
    }
    await server.connection.sendRequest('completionItem/resolve', { label: 'x', data: { kind: 'column', uri: 3 } });
    await server.connection.sendRequest(DESCRIBE_DATA, { path: 'x' });
    await server.connection.sendNotification('textDocument/didOpen', { textDocument: null });
    await server.connection.sendNotification('textDocument/didChange', { textDocument: { uri: server.uri } });
    await server.connection.sendNotification('workspace/didChangeWatchedFiles', {});
    await untilProblems(server, MISSING_COLUMN);
    expect(server.child.exitCode).toBeNull();
  });

  test('ends when its input ends', async () => {
    const left = await connect({ readData: false });
    left.child.stdin!.end();
    await vi.waitFor(() => expect(left.child.exitCode).not.toBeNull(), { timeout: 10_000 });
  });
});
