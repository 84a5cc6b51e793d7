/**
 * Compiled graphs as read-only documents. What a document is of stands in its address, so that VS Code can open it again
 * after it was closed or the window was reloaded. A file system rather than a provider of contents, because the tabs of
 * those are gone then.
 */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  EventEmitter,
  type FileChangeEvent,
  FileChangeType,
  type FileStat,
  FileSystemError,
  type FileSystemProvider,
  FileType,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { Disposables, type Disposable as Owned } from './emitter';
import type { GraphEnd } from './graphProcess';
import { rejectedText } from './runText';

export const GRAPH_SCHEME = 'orthant-graph';

export interface GraphSubject {
  /** Absolute path of the experiment file. */
  experiment: string;
  variant: string;
}

interface Content {
  bytes: Uint8Array;
  /** When it was made, in milliseconds; by it the editor sees that a text is another one. */
  time: number;
}

export class GraphDocuments implements FileSystemProvider {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.own(new EventEmitter<FileChangeEvent[]>());
  /** Of the documents that are open, by address. */
  readonly #contents = new Map<string, Content>();

  readonly onDidChangeFile = this.#changed.event;

  constructor(private readonly make: (subject: GraphSubject) => Promise<GraphEnd>) {
    this.#owned.own(workspace.registerFileSystemProvider(GRAPH_SCHEME, this, { isReadonly: true }));
    this.#owned.own(workspace.onDidCloseTextDocument(({ uri }) => this.#contents.delete(uri.toString())));
  }

  /** Where it is open already, or beside the editor in front. */
  async show(subject: GraphSubject, text: string): Promise<void> {
    const uri = graphUri(subject);
    this.#keep(uri, text);
    this.#changed.fire([{ type: FileChangeType.Changed, uri }]);
    const shown = window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    const besides = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    await window.showTextDocument(uri, { viewColumn: shown?.viewColumn ?? besides });
  }

  stat(uri: Uri): FileStat {
    const { bytes, time } = this.#contents.get(uri.toString()) ?? { bytes: { length: 0 }, time: 0 };
    return { type: FileType.File, ctime: time, mtime: time, size: bytes.length };
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    const known = this.#contents.get(uri.toString());
    return (known ?? this.#keep(uri, await this.#text(uri))).bytes;
  }

  /** What changes is told by itself. */
  watch(): Owned {
    return { dispose() {} };
  }

  readDirectory(): never {
    throw FileSystemError.NoPermissions();
  }
  createDirectory(): never {
    throw FileSystemError.NoPermissions();
  }
  writeFile(): never {
    throw FileSystemError.NoPermissions();
  }
  delete(): never {
    throw FileSystemError.NoPermissions();
  }
  rename(): never {
    throw FileSystemError.NoPermissions();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #keep(uri: Uri, text: string): Content {
    const content = { bytes: new TextEncoder().encode(text), time: Date.now() };
    this.#contents.set(uri.toString(), content);
    return content;
  }

  /** Of a document that the editor opens again: the graph, or why there is none. */
  async #text(uri: Uri): Promise<string> {
    const subject = graphSubject(uri);
    if (subject === null) return remark(l10n.t('This address names no variant of an experiment.'));
    if (!workspace.isTrusted) return remark(restrictedText());
    const end = await this.make(subject);
    switch (end.kind) {
      case 'graph':
        return end.text;
      case 'rejected':
        return remark(rejectedText(subject.experiment, end.problems));
      case 'failed':
        return remark(end.error);
      case 'cancelled':
        return '';
    }
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
