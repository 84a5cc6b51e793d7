/** The Experiments tree: files, below each its variants with what came of their last run. */
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
  type Uri,
  window,
  workspace,
} from 'vscode';
import { isLive } from '../protocol/runState';
import { Disposables } from './emitter';
import type { ExperimentFiles } from './experimentFiles';
import type { RunFolders } from './runFolders';
import type { RunStore } from './runStore';
import { runDescription, runSpoken, runTooltip, statusLook } from './runText';
import { runsFolderFor } from './settings';
import { Throttle } from './throttle';

export interface ExperimentNode {
  kind: 'experiment';
  uri: Uri;
}

export interface VariantNode {
  kind: 'variant';
  uri: Uri;
  variant: string;
  method: string | null;
}

export type ExperimentTreeNode = ExperimentNode | VariantNode;

const TREE_INTERVAL_MS = 250;

export class ExperimentsView implements TreeDataProvider<ExperimentTreeNode> {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.own(new EventEmitter<ExperimentTreeNode[] | undefined>());
  /** The editor knows nodes by identity: one for each thing, however often the tree is asked for. */
  readonly #experiments = new Map<string, ExperimentNode>();
  readonly #nodes = new Map<string, VariantNode>();
  /** Variants whose runs changed; `null` when the whole tree did. */
  #stale: Set<string> | null = new Set();
  readonly #redraw = this.#owned.own(new Throttle(TREE_INTERVAL_MS, () => this.#fire()));

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    private readonly files: ExperimentFiles,
    private readonly store: RunStore,
    private readonly folders: RunFolders,
  ) {
    this.#owned.own(files.onDidChange(() => this.#changeAll()));
    // "2 min ago" grows old while nobody looks; a timer for it would never rest.
    this.#owned.own(window.onDidChangeWindowState(({ focused }) => focused && this.#changeAll()));
    this.#owned.own(
      store.onDidChange((change) => {
        if (change.kind === 'list') return this.#changeAll();
        const { experiment, variant } = change.run.state;
        this.#stale?.add(nodeId(experiment, variant));
        this.#redraw.request();
      }),
    );
  }

  async getChildren(node?: ExperimentTreeNode): Promise<ExperimentTreeNode[]> {
    if (node === undefined) return (await this.files.list()).map((uri) => this.#experimentNode(uri));
    if (node.kind === 'variant') return [];
    // The runs come later than the variants, by an event of the store: a slow disk doesn't keep the tree closed.
    void this.folders.know(node.uri.fsPath, runsFolderFor(node.uri));
    const { variants } = await this.files.outline(node.uri);
    return variants.map(({ name, method }) => this.#variantNode(node.uri, name, method));
  }

  getTreeItem(node: ExperimentTreeNode): TreeItem {
    return node.kind === 'experiment' ? experimentItem(node.uri) : this.#variantItem(node);
  }

  resolveTreeItem(item: TreeItem, node: ExperimentTreeNode): TreeItem {
    const run = node.kind === 'variant' ? this.store.latest(node.uri.fsPath, node.variant) : undefined;
    if (run !== undefined) item.tooltip = new MarkdownString(runTooltip(run));
    return item;
  }

  getParent(node: ExperimentTreeNode): ExperimentTreeNode | undefined {
    return node.kind === 'variant' ? this.#experimentNode(node.uri) : undefined;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #variantItem({ uri, variant, method }: VariantNode): TreeItem {
    const run = this.store.latest(uri.fsPath, variant);
    const item = new TreeItem(variant);
    item.id = nodeId(uri.fsPath, variant);
    item.contextValue = run !== undefined && isLive(run.state.status) ? 'variant.live' : 'variant.idle';
    if (run !== undefined) item.contextValue += '.trained';
    // Empty rather than absent, so that the tooltip is asked for when it is needed.
    item.tooltip = run === undefined ? (method ?? undefined) : undefined;
    item.description = run === undefined ? (method ?? '') : runDescription(run, Date.now());
    const spoken = run === undefined ? (method ?? l10n.t('no method yet')) : runSpoken(run, Date.now());
    item.accessibilityInformation = { label: l10n.t('variant {0}, {1}', variant, spoken) };
    if (run === undefined) {
      item.iconPath = new ThemeIcon('beaker');
    } else {
      const { icon, color } = statusLook(run.state.status);
      item.iconPath = new ThemeIcon(icon, color === null ? undefined : new ThemeColor(color));
    }
    item.command = {
      command: 'orthant.openExperiment',
      title: l10n.t('Open experiment'),
      arguments: [uri.toString(), variant],
    };
    return item;
  }

  #experimentNode(uri: Uri): ExperimentNode {
    const node = this.#experiments.get(uri.toString()) ?? { kind: 'experiment', uri };
    this.#experiments.set(uri.toString(), node);
    return node;
  }

  #variantNode(uri: Uri, variant: string, method: string | null): VariantNode {
    const id = nodeId(uri.fsPath, variant);
    const node = this.#nodes.get(id) ?? { kind: 'variant', uri, variant, method };
    node.method = method;
    this.#nodes.set(id, node);
    return node;
  }

  #changeAll(): void {
    this.#stale = null;
    this.#redraw.request();
  }

  #fire(): void {
    const nodes = this.#stale && [...this.#stale].flatMap((id) => this.#nodes.get(id) ?? []);
    this.#stale = new Set();
    if (nodes === null) this.#changed.fire(undefined);
    else if (nodes.length > 0) this.#changed.fire(nodes);
  }
}

function experimentItem(uri: Uri): TreeItem {
  const item = new TreeItem(path.posix.basename(uri.path, '.orthant.json'), TreeItemCollapsibleState.Expanded);
  const folder = path.posix.dirname(workspace.asRelativePath(uri));
  item.id = uri.toString();
  item.description = folder === '.' ? '' : folder;
  item.contextValue = 'experiment';
  item.iconPath = new ThemeIcon('notebook');
  item.tooltip = uri.fsPath;
  item.accessibilityInformation = { label: l10n.t('experiment {0}', workspace.asRelativePath(uri)) };
  item.command = { command: 'orthant.openExperiment', title: l10n.t('Open experiment'), arguments: [uri.toString()] };
  return item;
}

function nodeId(experiment: string, variant: string): string {
  return `${experiment}#${variant}`;
}
