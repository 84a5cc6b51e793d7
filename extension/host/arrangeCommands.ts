/** The commands that arrange the Runs view: filter, groups, order, and more of a long group. */
import * as l10n from '@vscode/l10n';
import { commands, type Disposable, type QuickPickItem, type TreeView, window } from 'vscode';
import { Disposables } from './emitter';
import type { RememberedArrangement } from './rememberedArrangement';
import { GROUPINGS, type Grouping, SORTS, type Sort } from './runArrangement';
import type { MoreNode, RunsView } from './runsView';
import { Throttle } from './throttle';

const TYPING_INTERVAL_MS = 200;

export class ArrangeCommands {
  constructor(
    private readonly arrangement: RememberedArrangement,
    private readonly view: RunsView,
  ) {}

  /** The tree follows what is typed; Escape brings the filter back that was. */
  async filterRuns(): Promise<void> {
    const before = this.arrangement.current.filter;
    const input = window.createInputBox();
    const owned = new Disposables();
    owned.own(input);
    const preview = owned.own(
      new Throttle(TYPING_INTERVAL_MS, () => this.arrangement.preview({ filter: input.value.trim() })),
    );
    input.title = l10n.t('Filter runs');
    input.value = before;
    input.placeholder = l10n.t('penalty -lost outside<1% starred');
    input.prompt = l10n.t(
      'Words of title, variant, method, experiment, status, verdict or note; also note:word, -word, "two words", loss<0.5, outside<1%, starred.',
    );
    try {
      const filter = await new Promise<string>((resolve) => {
        owned.own(input.onDidChangeValue(() => preview.request()));
        owned.own(input.onDidAccept(() => resolve(input.value.trim())));
        owned.own(input.onDidHide(() => resolve(before)));
        input.show();
      });
      preview.dispose();
      await this.arrangement.choose({ filter });
    } finally {
      owned.dispose();
    }
  }

  async clearRunFilter(): Promise<void> {
    await this.arrangement.choose({ filter: '' });
  }

  async groupRuns(): Promise<void> {
    const words: Record<Grouping, string> = {
      experiment: l10n.t('Experiment'),
      sweep: l10n.t('Sweep'),
      method: l10n.t('Method'),
      day: l10n.t('Day'),
      none: l10n.t('No groups'),
    };
    const grouping = await choose(GROUPINGS, words, this.arrangement.current.grouping, l10n.t('Group runs by'));
    if (grouping !== undefined) await this.arrangement.choose({ grouping });
  }

  async sortRuns(): Promise<void> {
    const words: Record<Sort, string> = {
      newest: l10n.t('Newest first'),
      loss: l10n.t('Smallest loss first'),
      outside: l10n.t('Smallest share outside first'),
      name: l10n.t('Name'),
    };
    const sort = await choose(SORTS, words, this.arrangement.current.sort, l10n.t('Sort runs by'));
    if (sort !== undefined) await this.arrangement.choose({ sort });
  }

  async showMoreRuns(node: unknown): Promise<void> {
    if (isMoreNode(node)) this.view.showMore(node);
  }
}

/** Says above the tree what the filter shows, and tells the menus that there is one. */
export function showFilter(arrangement: RememberedArrangement, view: RunsView, tree: TreeView<unknown>): Disposable {
  return view.onDidArrange(({ nShown, nRuns }) => {
    const { filter } = arrangement.current;
    tree.message =
      filter === ''
        ? undefined
        : l10n.t('Filter “{0}”: {1} of {2} runs. Clear it in the title of this view.', filter, nShown, nRuns);
    void commands.executeCommand('setContext', 'orthant.runsAreFiltered', filter !== '');
  });
}

/** Asks with the present choice marked; `undefined` is "never mind". */
async function choose<Value extends string>(
  values: readonly Value[],
  words: Readonly<Record<Value, string>>,
  current: Value,
  title: string,
): Promise<Value | undefined> {
  const items = values.map((value): QuickPickItem & { value: Value } => ({
    label: words[value],
    description: value === current ? l10n.t('as now') : '',
    value,
  }));
  return (await window.showQuickPick(items, { title }))?.value;
}

function isMoreNode(node: unknown): node is MoreNode {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'more';
}
