/**
 * Compiled graphs as read-only text documents. What a document is of stands in its address, so that one that is open when
 * the window reloads is made again.
 */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  type CancellationToken,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { Disposables } from './emitter';
import type { GraphEnd } from './graphProcess';
import { rejectedText } from './runText';

export const GRAPH_SCHEME = 'orthant-graph';

export interface GraphSubject {
  /** Absolute path of the experiment file. */
  experiment: string;
  variant: string;
}

export type MakeGraph = (subject: GraphSubject, cancellation: CancellationToken) => Promise<GraphEnd>;

export class GraphDocuments implements TextDocumentContentProvider {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.own(new EventEmitter<Uri>());
  /** Texts of the documents that are open, by address. */
  readonly #texts = new Map<string, string>();

  readonly onDidChange = this.#changed.event;

  constructor(private readonly make: MakeGraph) {
    this.#owned.own(workspace.registerTextDocumentContentProvider(GRAPH_SCHEME, this));
    this.#owned.own(workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())));
  }

  /** Where it is open already, or beside the editor in front. */
  async show(subject: GraphSubject, text: string): Promise<void> {
    const uri = graphUri(subject);
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    const shown = window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    const besides = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    await window.showTextDocument(document, { viewColumn: shown?.viewColumn ?? besides });
  }

  async provideTextDocumentContent(uri: Uri, cancellation: CancellationToken): Promise<string> {
    const known = this.#texts.get(uri.toString());
    if (known !== undefined) return known;
    const subject = graphSubject(uri);
    if (subject === null) return remark(l10n.t('This address names no variant of an experiment.'));
    if (!workspace.isTrusted) return remark(restrictedText());
    const end = await this.make(subject, cancellation);
    switch (end.kind) {
      case 'graph':
        this.#texts.set(uri.toString(), end.text);
        return end.text;
      case 'rejected':
        return remark(rejectedText(subject.experiment, end.problems));
      case 'failed':
        return remark(end.error);
      case 'cancelled':
        return '';
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

export function restrictedText(): string {
  return l10n.t(
    'Compiled graphs are not shown in restricted mode, because an experiment names files to read. Trust this workspace to see them.',
  );
}

/** The tab shows the last part of the path. */
export function graphUri({ experiment, variant }: GraphSubject): Uri {
  const title = l10n.t('{0} · {1} · compiled graph', path.basename(experiment, '.orthant.json'), variant);
  // Names may hold a slash, which would end the title; the one for fractions looks the same.
  const query = JSON.stringify({ experiment, variant });
  return Uri.from({ scheme: GRAPH_SCHEME, path: `/${title.replaceAll('/', '\u2215')}`, query });
}

/** `null` for an address that nobody here made. */
export function graphSubject({ query }: Uri): GraphSubject | null {
  try {
    const { experiment, variant } = JSON.parse(query) as Partial<GraphSubject>;
    return typeof experiment === 'string' && typeof variant === 'string' ? { experiment, variant } : null;
  } catch {
    return null;
  }
}

function remark(text: string): string {
  return text
    .split('\n')
    .map((line) => `# ${line}\n`)
    .join('');
}
