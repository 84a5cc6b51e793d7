/**
 * The experiment files of the workspace and their variants, as they are in the editor when they are open there. Looks
 * for files only once somebody asks, and watches from then on.
 */
import { EventEmitter, type TextDocument, type Uri, workspace } from 'vscode';
import { type ExperimentOutline, outlineExperiment } from '../experiment/outline';
import { isRecordedCopy } from '../runs/recordedCopy';
import { type Disposable, Disposables } from './emitter';
import { Throttle } from './throttle';

export const EXPERIMENT_GLOB = '**/*.orthant.json';
const EXCLUDED_GLOB = '**/{node_modules,.orthant}/**';
const TREE_INTERVAL_MS = 250;

export class ExperimentFiles implements Disposable {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.own(new EventEmitter<void>());
  /** Typing changes the variants; the trees needn't know at every key. */
  readonly #changeSoon = this.#owned.own(new Throttle(TREE_INTERVAL_MS, () => this.#changed.fire()));
  #files: Promise<Uri[]> | null = null;
  #isWatching = false;

  readonly onDidChange = this.#changed.event;

  /** Sorted by path. */
  list(): Promise<Uri[]> {
    this.#watch();
    this.#files ??= this.#find();
    return this.#files;
  }

  /** Those that are open too: from another folder, or in a window without one. */
  async all(): Promise<Uri[]> {
    const listed = await this.list();
    const known = new Set(listed.map(String));
    const open = workspace.textDocuments.map(({ uri }) => uri).filter(isExperiment);
    return [...listed, ...open.filter((uri) => !known.has(uri.toString()))];
  }

  refresh(): void {
    this.#files = null;
    this.#changed.fire();
  }

  /** The text that would be trained now: unsaved changes count. */
  async text(uri: Uri): Promise<string> {
    const open = openDocument(uri);
    if (open !== undefined) return open.getText();
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  }

  /** Empty when the file can't be read. */
  async outline(uri: Uri): Promise<ExperimentOutline> {
    try {
      return outlineExperiment(await this.text(uri));
    } catch {
      return { variantsRange: null, variants: [] };
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #find(): Promise<Uri[]> {
    const found = await workspace.findFiles(EXPERIMENT_GLOB, EXCLUDED_GLOB);
    return found.filter(isExperiment).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const watcher = this.#owned.own(workspace.createFileSystemWatcher(EXPERIMENT_GLOB));
    const ofExperiment = (action: () => void) => (uri: Uri) => isExperiment(uri) && action();
    this.#owned.own(watcher.onDidCreate(ofExperiment(() => this.refresh())));
    this.#owned.own(watcher.onDidDelete(ofExperiment(() => this.refresh())));
    this.#owned.own(watcher.onDidChange(ofExperiment(() => this.#changeSoon.request())));
    this.#owned.own(workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
    this.#owned.own(
      workspace.onDidChangeTextDocument(({ document }) => isExperiment(document.uri) && this.#changeSoon.request()),
    );
  }
}

/** A file on a disk, so that its path means something: not a former version of one (`git:`), and no record of a run. */
export function isExperiment(uri: Uri): boolean {
  return uri.scheme === 'file' && uri.path.endsWith('.orthant.json') && !isRecordedCopy(uri.fsPath);
}

function openDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}
