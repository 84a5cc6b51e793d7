/** The Runs tree: runs grouped by experiment, newest first, with their status and the two figures that matter. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  workspace,
} from 'vscode';
import { Disposables } from './emitter';
import type { ExperimentFiles } from './experimentFiles';
import type { RunFolders } from './runFolders';
import type { Run, RunStore } from './runStore';
import { runContext, runDescription, runSpoken, runTooltip, statusLook } from './runText';
import { runsFolderFor } from './settings';
import { Throttle } from './throttle';

export interface GroupNode {
  kind: 'group';
  /** Absolute path. */
  experiment: string;
}

export interface RunNode {
  kind: 'run';
  /** Of the run in the store. */
  key: string;
  experiment: string;
}

export type RunTreeNode = GroupNode | RunNode;

const TREE_INTERVAL_MS = 250;

export class RunsView implements TreeDataProvider<RunTreeNode> {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.own(new EventEmitter<RunTreeNode[] | undefined>());
  /** The editor knows nodes by identity: one for each thing, however often the tree is asked for. */
  readonly #groups = new Map<string, GroupNode>();
  readonly #nodes = new Map<string, RunNode>();
  /** Runs that changed; `null` when runs came or went. */
  #stale: Set<string> | null = new Set();
  readonly #redraw = this.#owned.own(new Throttle(TREE_INTERVAL_MS, () => this.#fire()));

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    private readonly files: ExperimentFiles,
    private readonly store: RunStore,
    private readonly folders: RunFolders,
  ) {
    this.#owned.own(
      store.onDidChange((change) => {
        if (change.kind === 'list') return this.#changeAll();
        this.#stale?.add(change.run.key);
        this.#redraw.request();
      }),
    );
    // "2 min ago" grows old while nobody looks; a timer for it would never rest.
    this.#owned.own(window.onDidChangeWindowState(({ focused }) => focused && this.#changeAll()));
  }

  async getChildren(node?: RunTreeNode): Promise<RunTreeNode[]> {
    if (node?.kind === 'run') return [];
    if (node?.kind === 'group') return this.store.ofExperiment(node.experiment).map((run) => this.#runNode(run));
    const files = await this.files.list();
    await Promise.all(files.map((uri) => this.folders.know(uri.fsPath, runsFolderFor(uri))));
    const experiments = new Set(this.store.all().map((run) => run.state.experiment));
    return [...experiments].map((experiment) => this.#groupNode(experiment));
  }

  getTreeItem(node: RunTreeNode): TreeItem {
    if (node.kind === 'group') return groupItem(node.experiment);
    const run = this.store.get(node.key);
    return run === undefined ? new TreeItem(path.basename(node.key)) : runItem(run);
  }

  resolveTreeItem(item: TreeItem, node: RunTreeNode): TreeItem {
    const run = node.kind === 'run' ? this.store.get(node.key) : undefined;
    if (run !== undefined) item.tooltip = new MarkdownString(runTooltip(run));
    return item;
  }

  getParent(node: RunTreeNode): RunTreeNode | undefined {
    return node.kind === 'run' ? this.#groupNode(node.experiment) : undefined;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #groupNode(experiment: string): GroupNode {
    const node = this.#groups.get(experiment) ?? { kind: 'group', experiment };
    this.#groups.set(experiment, node);
    return node;
  }

  #runNode(run: Run): RunNode {
    const node = this.#nodes.get(run.key) ?? { kind: 'run', key: run.key, experiment: run.state.experiment };
    this.#nodes.set(run.key, node);
    return node;
  }

  #changeAll(): void {
    this.#stale = null;
    this.#redraw.request();
  }

  #fire(): void {
    const nodes = this.#stale && [...this.#stale].flatMap((key) => this.#nodes.get(key) ?? []);
    this.#stale = new Set();
    if (nodes === null) this.#changed.fire(undefined);
    else if (nodes.length > 0) this.#changed.fire(nodes);
  }
}

function runItem(run: Run): TreeItem {
  const { icon, color } = statusLook(run.state.status);
  const item = new TreeItem(run.state.variant);
  item.id = run.key;
  item.description = runDescription(run, Date.now());
  item.contextValue = runContext(run);
  item.iconPath = new ThemeIcon(icon, color === null ? undefined : new ThemeColor(color));
  item.accessibilityInformation = { label: runSpoken(run, Date.now()) };
  item.command = { command: 'orthant.openRun', title: l10n.t('Open run'), arguments: [run.key] };
  return item;
}

function groupItem(experiment: string): TreeItem {
  const item = new TreeItem(path.basename(experiment, '.orthant.json'), TreeItemCollapsibleState.Expanded);
  item.id = experiment;
  const folder = path.dirname(workspace.asRelativePath(experiment));
  item.description = folder === '.' ? '' : folder;
  item.contextValue = 'group';
  item.iconPath = new ThemeIcon('notebook');
  item.tooltip = experiment;
  item.accessibilityInformation = { label: l10n.t('runs of the experiment {0}', path.basename(experiment)) };
  return item;
}
