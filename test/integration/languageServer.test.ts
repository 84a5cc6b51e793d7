/** The language server as VS Code starts it: its bundle as a process of its own, over the process channel. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type CodeLens,
  CodeLensRequest,
  createProtocolConnection,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  type FullDocumentDiagnosticReport,
  InitializedNotification,
  InitializeRequest,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  ShutdownRequest,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { DATA_READING_ALLOWED, type LanguageServerOptions } from '../../extension/protocol/languageMessages';

const root = path.resolve(import.meta.dirname, '../..');

const TEXT = `{
  "data": { "source": "weather.csv", "inputs": ["wind", "sun"], "targets": ["rain"] },
  "constraint": { "min": 0 },
  "variants": { "penalty": { "method": "penalty" } }
}`;

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
  const rows = Array.from({ length: 20 }, (_, row) => `${row % 7},${row % 3}`);
  writeFileSync(path.join(folder, 'weather.csv'), `wind,rain\n${rows.join('\n')}\n`);
});

afterAll(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(readData: boolean) {
  const child = fork(bundle, ['--node-ipc'], { execArgv: [] });
  children.push(child);
  const connection: ProtocolConnection = createProtocolConnection(
    new IPCMessageReader(child),
    new IPCMessageWriter(child),
  );
  const refreshed = vi.fn();
  connection.onRequest(DiagnosticRefreshRequest.type, () => {
    refreshed();
  });
  connection.listen();
  const initializationOptions: LanguageServerOptions = { readData, translations: null };
  const capabilities = { workspace: { diagnostics: { refreshSupport: true } } };
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities,
    initializationOptions,
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const uri = URI.file(path.join(folder, 'weather.orthant.json')).toString();
  return {
    child,
    connection,
    refreshed,
    open: (text: string) =>
      connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'jsonc', version: 1, text },
      }),
    change: (text: string) =>
      connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version: 2 },
        contentChanges: [{ text }],
      }),
    async problems(): Promise<string[]> {
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
      return (report as FullDocumentDiagnosticReport).items.map(
        ({ code, source, range }) => `${source} ${code} ${range.start.line}:${range.start.character}`,
      );
    },
    lenses: (): Promise<CodeLens[] | null> =>
      connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } }) as Promise<CodeLens[] | null>,
  };
}

describe('the language server', () => {
  test('answers with places for lenses', async () => {
    const server = await connect(false);
    await server.open(TEXT);
    expect(await server.lenses()).toMatchObject([
      { range: { start: { line: 3, character: 2 } }, data: { kind: 'experiment', variants: ['penalty'] } },
      { range: { start: { line: 3 } }, data: { kind: 'variant', variant: 'penalty', method: 'penalty' } },
    ]);
  });

  test('finds a column that the data lack, and says when it has', async () => {
    const server = await connect(true);
    await server.open(TEXT);
    expect(await server.problems()).toEqual([]);
    await vi.waitFor(() => expect(server.refreshed).toHaveBeenCalled(), { timeout: 10_000 });
    expect(await server.problems()).toEqual([expect.stringMatching(/^orthant data\.\S*column\S* 1:/)]);
  });

  test('reads data only from when the workspace is trusted', async () => {
    const server = await connect(false);
    await server.open(TEXT);
    await server.problems();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await server.problems()).toEqual([]);
    await server.connection.sendNotification(DATA_READING_ALLOWED);
    await vi.waitFor(async () => expect(await server.problems()).toHaveLength(1), { timeout: 10_000, interval: 200 });
  });

  test('follows what is typed', async () => {
    const server = await connect(false);
    await server.open(TEXT);
    await server.change(TEXT.replace('"min"', '"mni"'));
    expect(await server.problems()).toEqual([expect.stringMatching(/^orthant experiment\.\S+ 2:/)]);
  });

  test('ends when it is told to, or when its editor is gone', async () => {
    const told = await connect(false);
    await told.connection.sendRequest(ShutdownRequest.type);
    await told.connection.sendNotification('exit');
    await vi.waitFor(() => expect(told.child.exitCode).toBe(0), { timeout: 5000 });
    const left = await connect(false);
    left.child.disconnect();
    await vi.waitFor(() => expect(left.child.exitCode).not.toBeNull(), { timeout: 10_000 });
  });
});
