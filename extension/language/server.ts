/** The language server process: the only file that knows the connection. Turns its calls into the language service's. */
import * as l10n from '@vscode/l10n';
import {
  type Connection,
  createConnection,
  type Diagnostic,
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  type InitializeParams,
  type InitializeResult,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { inspectData } from '../data/inspectData';
import { DATA_READING_ALLOWED, type LanguageServerOptions } from '../protocol/languageMessages';
import type { Problem, Severity } from '../protocol/problems';
import { createLanguageService, type ExperimentText } from './languageService';

serve(createConnection(ProposedFeatures.all));

function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  let mayReadData = false;
  let canRefresh = false;

  const service = createLanguageService({
    inspectData,
    mayReadData: () => mayReadData,
    problemsChanged: () => refreshProblems(),
    failed: (error) => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : `${error}`),
  });

  connection.onInitialize(({ initializationOptions, capabilities }: InitializeParams): InitializeResult => {
    const options = initializationOptions as Partial<LanguageServerOptions> | undefined;
    mayReadData = options?.readData === true;
    canRefresh = capabilities.workspace?.diagnostics?.refreshSupport === true;
    if (options?.translations != null) l10n.config({ contents: options.translations });
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
        codeLensProvider: { resolveProvider: false },
      },
    };
  });

  connection.onNotification(DATA_READING_ALLOWED, () => {
    mayReadData = true;
    refreshProblems();
  });

  connection.languages.diagnostics.on(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    const problems = document === undefined ? [] : service.problems(experimentText(document));
    return { kind: DocumentDiagnosticReportKind.Full, items: problems.map(toDiagnostic) };
  });

  connection.onCodeLens(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    const places = document === undefined ? [] : service.lenses(experimentText(document));
    return places.map(({ range, subject }) => ({ range, data: subject }));
  });

  documents.onDidClose(({ document }) => service.forget(document.uri));
  connection.onShutdown(() => service.dispose());
  // An editor that went without a word leaves no server behind. The library looks only for the death of its process.
  process.on('disconnect', () => process.exit());
  documents.listen(connection);
  connection.listen();

  function refreshProblems(): void {
    if (canRefresh) connection.languages.diagnostics.refresh().catch(() => connection.console.warn('No refresh.'));
  }
}

function experimentText(document: TextDocument): ExperimentText {
  return { uri: document.uri, path: URI.parse(document.uri).fsPath, text: document.getText() };
}

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

function toDiagnostic({ code, severity, message, range }: Problem): Diagnostic {
  return { range, message, code, severity: SEVERITIES[severity], source: 'orthant' };
}
