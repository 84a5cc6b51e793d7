/** How each node of the Runs tree looks: label, icon, words for a screen reader, what its menus are shown for. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, workspace } from 'vscode';
import type { OtherEntry } from '../runs/runLister';
import { dayOf, type Grouping } from './runArrangement';
import { type Run, runName } from './runStore';
import type { GroupNode, MoreNode, OtherNode, RunNode } from './runsView';
import { runContext, runDescription, runSpoken, statusLook } from './runText';
import type { SweepLook } from './sweepText';

export function runItem(node: RunNode, run: Run | undefined, grouping: Grouping): TreeItem {
  if (run === undefined) return new TreeItem(path.basename(node.key));
  const { icon, color } = statusLook(run.state.status);
  const item = new TreeItem(run.notes.isStarred ? `★ ${runName(run)}` : runName(run));
  item.id = run.key;
  const experiment = grouping === 'experiment' ? '' : experimentName(run.state.experiment);
  item.description = [runDescription(run, Date.now()), experiment].filter((part) => part !== '').join(' · ');
  item.contextValue = runContext(run);
  item.iconPath = new ThemeIcon(icon, color === null ? undefined : new ThemeColor(color));
  item.accessibilityInformation = { label: runSpoken(run, Date.now()) };
  item.command = { command: 'orthant.openRun', title: l10n.t('Open run'), arguments: [run.key] };
  return item;
}

/** `sweep` is how the sweep stands that the group is about. */
export function groupItem(node: GroupNode, nRuns: number, sweep: SweepLook | null): TreeItem {
  if (sweep !== null) return sweepItem(node, sweep);
  const { label, description, spoken, icon } = groupLook(node);
  const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
  item.id = node.grouping === 'experiment' ? node.key : `${node.grouping} ${node.key}`;
  item.description = [description, nRuns > 1 ? String(nRuns) : ''].filter((part) => part !== '').join(' · ');
  item.contextValue = node.experiment === null ? 'groupOfSeveral' : 'group';
  item.iconPath = new ThemeIcon(icon);
  item.tooltip = node.grouping === 'experiment' ? node.key : label;
  item.accessibilityInformation = { label: spoken };
  return item;
}

function sweepItem(node: GroupNode, { label, description, icon, color, context }: SweepLook): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
  item.id = `${node.grouping} ${node.key}`;
  item.description = description;
  item.contextValue = context;
  item.iconPath = new ThemeIcon(icon, color === null ? undefined : new ThemeColor(color));
  item.tooltip = node.key;
  item.accessibilityInformation = { label: l10n.t('sweep of {0}, {1}', label, description) };
  return item;
}

export function moreItem(node: MoreNode, nMore: number): TreeItem {
  const item = new TreeItem(l10n.t('Show more ({0} left)', nMore));
  item.iconPath = new ThemeIcon('ellipsis');
  item.contextValue = 'more';
  item.command = { command: 'orthant.showMoreRuns', title: l10n.t('Show more runs'), arguments: [node] };
  return item;
}

export function othersItem(nOthers: number): TreeItem {
  const item = new TreeItem(l10n.t('Not runs'), TreeItemCollapsibleState.Collapsed);
  item.id = 'others';
  item.description = String(nOthers);
  item.contextValue = 'others';
  item.iconPath = new ThemeIcon('folder');
  item.tooltip = l10n.t('What else lies in the runs folder. Orthant leaves it alone.');
  return item;
}

export function otherItem(node: OtherNode, kind: OtherEntry['kind']): TreeItem {
  const item = new TreeItem(path.basename(node.path));
  item.id = node.path;
  item.description =
    kind === 'broken' ? l10n.t('its run.json is cut off or not of Orthant') : l10n.t('no run: it has no run.json');
  item.contextValue = 'other';
  item.iconPath = new ThemeIcon(kind === 'broken' ? 'warning' : 'file');
  item.tooltip = node.path;
  return item;
}

interface GroupLook {
  label: string;
  description: string;
  spoken: string;
  icon: string;
}

function groupLook({ grouping, key }: GroupNode): GroupLook {
  switch (grouping) {
    case 'experiment': {
      const folder = path.dirname(workspace.asRelativePath(key));
      return {
        label: experimentName(key),
        description: folder === '.' ? '' : folder,
        spoken: l10n.t('runs of the experiment {0}', path.basename(key)),
        icon: 'notebook',
      };
    }
    case 'sweep': {
      // The sweeps themselves look like `sweepItem`; one whose folder is gone is known by its id alone.
      const label = key === '' ? l10n.t('Single runs') : key;
      const spoken = key === '' ? l10n.t('runs of no sweep') : l10n.t('runs of the sweep {0}', key);
      return { label, description: '', spoken, icon: key === '' ? 'list-flat' : 'layers' };
    }
    case 'method': {
      const label = key === '' ? l10n.t('no method yet') : key;
      return { label, description: '', spoken: l10n.t('runs by the method {0}', label), icon: 'symbol-method' };
    }
    case 'day': {
      const label = dayText(key);
      return { label, description: '', spoken: l10n.t('runs of the day {0}', label), icon: 'calendar' };
    }
    case 'none':
      return { label: l10n.t('All runs'), description: '', spoken: l10n.t('all runs'), icon: 'list-flat' };
  }
}

function dayText(day: string): string {
  if (day === '') return l10n.t('unknown day');
  const today = new Date();
  if (day === dayOf(today.getTime())) return l10n.t('Today');
  today.setDate(today.getDate() - 1);
  return day === dayOf(today.getTime()) ? l10n.t('Yesterday') : day;
}

function experimentName(experiment: string): string {
  return path.basename(experiment, '.orthant.json');
}
