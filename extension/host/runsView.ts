/** The Runs tree: runs in groups, with their status and the two figures that matter; and what else lies beside them. */
import { EventEmitter, MarkdownString, type TreeDataProvider, type TreeItem, window } from 'vscode';
import { Disposables } from './emitter';
import type { ExperimentFiles } from './experimentFiles';
import type { RememberedArrangement } from './rememberedArrangement';
import { arrangeRuns, type Grouping, groupKey, type RunGroup } from './runArrangement';
import type { RunFolders } from './runFolders';
import type { Run, RunChange, RunStore } from './runStore';
import { groupItem, moreItem, otherItem, othersItem, runItem } from './runsViewItems';
import { runTooltip } from './runText';
import { runsFolderFor } from './settings';
import type { Sweeps } from './sweeps';
import { type SweepLook, sweepLook } from './sweepText';
import { Throttle } from './throttle';

export interface GroupNode {
  kind: 'group';
  grouping: Grouping;
  key: string;
  /** Absolute path; `null` where a group holds runs of several. */
  experiment: string | null;
}

export interface RunNode {
  kind: 'run';
  /** Of the run in the store. */
  key: string;
  experiment: string;
}

/** Stands for the runs of a group that are not drawn yet. */
export interface MoreNode {
  kind: 'more';
  group: GroupNode;
}

export interface OthersNode {
  kind: 'others';
}

export interface OtherNode {
  kind: 'other';
  /** Absolute path. */
  path: string;
}

export type RunTreeNode = GroupNode | RunNode | MoreNode | OthersNode | OtherNode;

const TREE_INTERVAL_MS = 250;
/** VS Code asks for every child of what it opens, seen or not, and draws a tree of ten thousand for seconds. */
const PAGE = 500;
const OTHERS: OthersNode = { kind: 'others' };

export class RunsView implements TreeDataProvider<RunTreeNode> {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.own(new EventEmitter<RunTreeNode[] | undefined>());
  readonly #arranged = this.#owned.own(new EventEmitter<{ nShown: number; nRuns: number }>());
  /** The editor knows nodes by identity: one for each thing, however often the tree is asked for. */
  readonly #groupNodes = new Map<string, GroupNode>();
  readonly #runNodes = new Map<string, RunNode>();
  readonly #pages = new Map<GroupNode, number>();
  #groups: readonly RunGroup[] = [];
  /** Runs that changed; `null` when the tree has to be arranged anew. */
  #stale: Set<string> | null = new Set();
  readonly #redraw = this.#owned.own(new Throttle(TREE_INTERVAL_MS, () => this.#fire()));

  readonly onDidChangeTreeData = this.#changed.event;
  /** How many of all runs the filter lets through. */
  readonly onDidArrange = this.#arranged.event;

  constructor(
    private readonly files: ExperimentFiles,
    private readonly store: RunStore,
    private readonly folders: RunFolders,
    private readonly arrangement: RememberedArrangement,
    private readonly sweeps: Sweeps,
  ) {
    this.#owned.own(store.onDidChange((change) => this.#follow(change)));
    this.#owned.own(folders.onDidChangeOthers(() => this.#changeAll()));
    this.#owned.own(sweeps.onDidChange(() => this.#changeAll()));
    this.#owned.own(
      arrangement.onDidChange(() => {
        this.#pages.clear();
        this.#changeAll();
      }),
    );
    // "2 min ago" grows old while nobody looks; a timer for it would never rest.
    this.#owned.own(window.onDidChangeWindowState(({ focused }) => focused && this.#changeAll()));
  }

  async getChildren(node?: RunTreeNode): Promise<RunTreeNode[]> {
    if (node === undefined) return this.#roots();
    if (node.kind === 'group') return this.#childrenOf(node);
    return node.kind === 'others' ? this.folders.others().map((other) => ({ kind: 'other', path: other.path })) : [];
  }

  getTreeItem(node: RunTreeNode): TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node, this.#runsIn(node).length, this.#lookOf(node));
      case 'run':
        return runItem(node, this.store.get(node.key), this.arrangement.current.grouping);
      case 'more':
        return moreItem(node, this.#runsIn(node.group).length - this.#nDrawn(node.group));
      case 'others':
        return othersItem(this.folders.others().length);
      case 'other':
        return otherItem(node, this.folders.others().find((other) => other.path === node.path)?.kind ?? 'foreign');
    }
  }

  /** How the sweep of a group stands; `null` for groups of anything else. */
  #lookOf({ grouping, key }: GroupNode): SweepLook | null {
    const sweep = grouping === 'sweep' ? this.sweeps.get(key) : undefined;
    if (sweep === undefined) return null;
    return sweepLook(sweep, this.sweeps.progress(sweep), Date.now());
  }

  resolveTreeItem(item: TreeItem, node: RunTreeNode): TreeItem {
    const run = node.kind === 'run' ? this.store.get(node.key) : undefined;
    if (run !== undefined) item.tooltip = new MarkdownString(runTooltip(run));
    return item;
  }

  getParent(node: RunTreeNode): RunTreeNode | undefined {
    if (node.kind === 'more') return this.arrangement.current.grouping === 'none' ? undefined : node.group;
    if (node.kind === 'other') return OTHERS;
    const run = node.kind === 'run' ? this.store.get(node.key) : undefined;
    const { grouping } = this.arrangement.current;
    if (run === undefined || grouping === 'none') return undefined;
    return this.#groupNode({ key: groupKey(run, grouping), runs: [run] });
  }

  /** Draws the next page of a group. */
  showMore(node: MoreNode): void {
    this.#pages.set(node.group, (this.#pages.get(node.group) ?? 1) + 1);
    this.#changeAll();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #roots(): Promise<RunTreeNode[]> {
    const files = await this.files.list();
    await Promise.all(files.map((uri) => this.folders.know(uri.fsPath, runsFolderFor(uri))));
    const { current } = this.arrangement;
    const all = this.store.all();
    this.#groups = arrangeRuns(all, current);
    this.#forgetMissing();
    const nShown = this.#groups.reduce((sum, { runs }) => sum + runs.length, 0);
    this.#arranged.fire({ nShown, nRuns: all.length });
    const groups = this.#groups.map((group) => this.#groupNode(group));
    const nodes = current.grouping === 'none' ? groups.flatMap((group) => this.#childrenOf(group)) : groups;
    return this.folders.others().length === 0 ? nodes : [...nodes, OTHERS];
  }

  #childrenOf(node: GroupNode): RunTreeNode[] {
    const runs = this.#runsIn(node);
    const drawn = runs.slice(0, this.#nDrawn(node)).map((run) => this.#runNode(run));
    return drawn.length === runs.length ? drawn : [...drawn, { kind: 'more', group: node }];
  }

  #runsIn({ grouping, key }: GroupNode): readonly Run[] {
    if (grouping !== this.arrangement.current.grouping) return [];
    return this.#groups.find((group) => group.key === key)?.runs ?? [];
  }

  #nDrawn(node: GroupNode): number {
    return PAGE * (this.#pages.get(node) ?? 1);
  }

  #groupNode({ key, runs }: RunGroup): GroupNode {
    const { grouping } = this.arrangement.current;
    const id = `${grouping} ${key}`;
    const experiments = new Set(runs.map(({ state }) => state.experiment));
    const node = this.#groupNodes.get(id) ?? { kind: 'group', grouping, key, experiment: null };
    node.experiment = experiments.size === 1 ? runs[0]!.state.experiment : null;
    this.#groupNodes.set(id, node);
    return node;
  }

  #runNode(run: Run): RunNode {
    const node = this.#runNodes.get(run.key) ?? { kind: 'run', key: run.key, experiment: run.state.experiment };
    this.#runNodes.set(run.key, node);
    return node;
  }

  /** A window that stays open for weeks must not keep the nodes of all runs that ever were. */
  #forgetMissing(): void {
    for (const key of this.#runNodes.keys()) if (this.store.get(key) === undefined) this.#runNodes.delete(key);
  }

  #follow(change: RunChange): void {
    const { grouping, sort, filter } = this.arrangement.current;
    // Figures of a live run change all the time: it takes its place with its status. Its method comes with its start.
    const isMovedByStatus =
      grouping === 'method' || grouping === 'sweep' || filter !== '' || sort === 'loss' || sort === 'outside';
    if (change.kind === 'list' || change.kind === 'notes' || (change.kind === 'status' && isMovedByStatus)) {
      this.#changeAll();
    } else {
      this.#stale?.add(change.run.key);
      this.#redraw.request();
    }
  }

  #changeAll(): void {
    this.#stale = null;
    this.#redraw.request();
  }

  #fire(): void {
    const nodes = this.#stale && [...this.#stale].flatMap((key) => this.#runNodes.get(key) ?? []);
    this.#stale = new Set();
    if (nodes === null) this.#changed.fire(undefined);
    else if (nodes.length > 0) this.#changed.fire(nodes);
  }
}
