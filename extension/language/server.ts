/** The language server process: the only file that knows the connection. Turns its calls into the language service's. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  type CancellationToken,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type Disposable,
  DocumentDiagnosticReportKind,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ProposedFeatures,
  RequestType,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { describeFile } from '../data/describeFile';
import { openDataReader } from '../data/openDataReader';
import { checkEngines } from '../engines/availability';
import {
  DATA_READING_ALLOWED,
  type DataDescription,
  DESCRIBE_DATA,
  type DescribeDataParams,
  FIND_CONSTANT,
  type FindConstantParams,
  type LanguageServerOptions,
} from '../protocol/languageMessages';
import type { Problem } from '../protocol/problems';
import { RUNS_FOLDER } from '../protocol/runFiles';
import { supportedDefinitions, supportedList, supportOf } from './clientSupport';
import { CODE_ACTION_KINDS } from './codeActions';
import { asColumnItem } from './completion/completion';
import { toDiagnostic } from './diagnostics';
import type { ExperimentText } from './document';
import { createLanguageService } from './languageService';

/** Typing a path makes and drops watchers; the last one counts. */
const WATCH_PAUSE_MS = 500;
/** By then the editor has begun to watch. */
const WATCHED_MS = 1000;

serve(createConnection(ProposedFeatures.all));

function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  let mayReadData = false;
  let support = supportOf({});

  const service = createLanguageService({
    reader: openDataReader(),
    checkEngines,
    describeFile,
    mayReadData: () => mayReadData,
    runsFolder,
    problemsChanged: showProblems,
    failed: logFailure,
  });

  connection.onInitialize(({ initializationOptions, capabilities }: InitializeParams): InitializeResult => {
    const options = initializationOptions as Partial<LanguageServerOptions> | null | undefined;
    mayReadData = options?.readData === true;
    support = supportOf(capabilities ?? {});
    if (options?.translations != null) l10n.config({ contents: options.translations });
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
        codeLensProvider: { resolveProvider: false },
        completionProvider: {
          triggerCharacters: ['"', '/'],
          resolveProvider: true,
          completionItem: { labelDetailsSupport: true },
        },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS] },
        // An editor's own outline of JSON stands beside it.
        documentSymbolProvider: { label: 'Orthant' },
        foldingRangeProvider: true,
        definitionProvider: true,
        documentLinkProvider: { resolveProvider: false },
      },
      serverInfo: { name: 'Orthant' },
    };
  });

  connection.onNotification(DATA_READING_ALLOWED, () => {
    mayReadData = true;
    for (const { uri } of documents.all()) showProblems(uri);
    watchData();
  });
  connection.onRequest(
    new RequestType<DescribeDataParams, DataDescription, never>(DESCRIBE_DATA),
    answer({ problem: 'The file could not be read.' }, ({ file }) => service.describeData(file)),
  );
  connection.onRequest(
    new RequestType<FindConstantParams, string[], never>(FIND_CONSTANT),
    answer([], ({ text, directory }, signal) => service.findConstant(text, { directory, signal })),
  );

  connection.languages.diagnostics.on(
    about({ kind: DocumentDiagnosticReportKind.Full, items: [] }, (document) => ({
      kind: DocumentDiagnosticReportKind.Full,
      items: service.problems(document).map(toDiagnostic),
    })),
  );
  connection.onCodeLens(
    about([], (document) => service.lenses(document).map(({ range, subject }) => ({ range, data: subject }))),
  );
  connection.onCompletion(
    about(null, async (document, { position }, signal) =>
      supportedList(await service.completions(document, position, signal), support),
    ),
  );
  connection.onCompletionResolve(async (item, token) => {
    const uri = asColumnItem(item.data)?.uri;
    const resolve = about(item, (document, _, signal) => service.resolveCompletion(item, document, signal));
    return uri === undefined ? item : resolve({ textDocument: { uri } }, token);
  });
  connection.onHover(about(null, (document, { position }, signal) => service.hover(document, position, signal)));
  connection.onCodeAction(about([], (document, { range, context }) => service.codeActions(document, range, context)));
  connection.onDocumentSymbol(about([], (document) => service.symbols(document)));
  connection.onFoldingRanges(about([], (document) => service.folding(document)));
  connection.onDefinition(
    about(null, async (document, { position }) =>
      supportedDefinitions(await service.definitions(document, position), support),
    ),
  );
  connection.onDocumentLinks(about([], (document) => service.links(document)));

  let watchSoon: NodeJS.Timeout | null = null;
  documents.onDidChangeContent(({ document }) => {
    if (!support.pullsDiagnostics) showProblems(document.uri);
    watchDataSoon();
  });
  documents.onDidClose(({ document }) => {
    service.forget(document.uri);
    if (!support.pullsDiagnostics) tellProblems(document.uri, []);
    watchDataSoon();
  });
  connection.onDidChangeWatchedFiles(() => service.dataChanged());
  connection.onShutdown(() => {
    if (watchSoon !== null) clearTimeout(watchSoon);
    service.dispose();
  });
  // An editor that went without a word leaves no server behind. The library looks only for the death of its process.
  process.on('disconnect', () => process.exit());
  documents.listen(connection);
  connection.listen();

  /** What is asked about an open experiment; `fallback` for any other document. */
  function about<Params extends { textDocument: { uri: string } }, Answer>(
    fallback: Answer,
    ask: (document: ExperimentText, params: Params, signal: AbortSignal) => Answer | Promise<Answer>,
  ) {
    return answer(fallback, async (params: Params, signal) => {
      const document = experimentText(params.textDocument.uri);
      return document === null ? fallback : ask(document, params, signal);
    });
  }

  /** A failure is logged and answered with `fallback`, and the server lives on; what was taken back is told apart. */
  function answer<Params, Answer>(
    fallback: Answer,
    ask: (params: Params, signal: AbortSignal) => Answer | Promise<Answer>,
  ) {
    return async (params: Params, token: CancellationToken): Promise<Answer | ResponseError<never>> => {
      const takenBack = new ResponseError<never>(LSPErrorCodes.RequestCancelled, 'The request was taken back.');
      const ended = new AbortController();
      const cancelled = new Promise<ResponseError<never>>((resolve) => {
        token.onCancellationRequested(() => {
          ended.abort();
          resolve(takenBack);
        });
      });
      if (token.isCancellationRequested) return takenBack;
      const answered = (async () => ask(params, ended.signal))().catch((error: unknown) => {
        if (!ended.signal.aborted) logFailure(error);
        return fallback;
      });
      return Promise.race([answered, cancelled]);
    };
  }

  /** `null` for what isn't open, and what is on no disk. */
  function experimentText(uri: string): ExperimentText | null {
    const document = documents.get(uri);
    const { scheme, fsPath } = URI.parse(uri);
    return document === undefined || scheme !== 'file' ? null : { uri, path: fsPath, text: document.getText() };
  }

  function showProblems(uri: string): void {
    if (!support.pullsDiagnostics) {
      const document = experimentText(uri);
      tellProblems(uri, document === null ? [] : service.problems(document));
    } else if (support.refreshesDiagnostics) {
      connection.languages.diagnostics.refresh().catch(() => connection.console.warn('No refresh.'));
    }
  }

  function tellProblems(uri: string, problems: readonly Problem[]): void {
    connection.sendDiagnostics({ uri, diagnostics: problems.map(toDiagnostic) }).catch(logFailure);
  }

  function watchDataSoon(): void {
    if (watchSoon !== null) clearTimeout(watchSoon);
    watchSoon = setTimeout(watchData, WATCH_PAUSE_MS);
  }

  let watchers: Promise<Disposable | null> = Promise.resolve(null);
  let watched = '[]';
  function watchData(): void {
    if (!support.watchesFiles) return;
    const texts = documents.all().flatMap(({ uri }) => experimentText(uri) ?? []);
    const patterns = texts.flatMap((document) => service.dataPatterns(document));
    if (JSON.stringify(patterns) === watched) return;
    watched = JSON.stringify(patterns);
    watchers = watchers.then(async (before) => {
      const globs = patterns.map(({ base, glob }) => ({
        globPattern: { baseUri: URI.file(base).toString(), pattern: glob },
      }));
      const after =
        globs.length === 0
          ? null
          : await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: globs });
      before?.dispose();
      // What changed before the editor watched is not told; and what it promised it may begin a little later.
      if (after !== null) setTimeout(() => service.dataChanged(), WATCHED_MS).unref();
      return after;
    });
    watchers = watchers.catch((error: unknown) => {
      logFailure(error);
      return null;
    });
  }

  async function runsFolder({ uri, path: file }: ExperimentText): Promise<string> {
    const setting: unknown = support.configuration
      ? await connection.workspace.getConfiguration({ scopeUri: uri, section: 'orthant.runsFolder' })
      : null;
    const folder = typeof setting === 'string' ? setting.trim() : '';
    return path.resolve(path.dirname(file), folder === '' ? RUNS_FOLDER : folder);
  }

  function logFailure(error: unknown): void {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : `${error}`);
  }
}
