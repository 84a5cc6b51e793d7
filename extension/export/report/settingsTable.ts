/** What runs were trained with, as a table: what they have in common in one column, what differs in one for each. Pure. */
import type { Model } from '../../pictures/model';
import type { Cell, Table } from '../../pictures/tables/table';
import { differingSettings, type Setting } from '../../protocol/settings';

/** `null` where nobody recorded any. */
export function differencesTable({ runs, labels, settings, detailed }: Model): Table | null {
  const own = runs.map(({ run }) => settings[run] ?? {});
  const paths = differingSettings(own);
  if (paths.length === 0) return null;
  return {
    caption: 'What the runs differ in',
    columns: [{ label: 'run' }, ...paths.map((label) => ({ label }))],
    rows: own.map((each, index) => {
      const color = detailed.indexOf(index);
      const head: Cell = { text: labels[index]!, head: true, ...(color >= 0 && { swatch: color }) };
      return [head, ...paths.map((path) => ({ text: textOf(each[path]) }))];
    }),
  };
}

/** `null` where there are none. */
export function commonTable({ runs, settings }: Model): Table | null {
  const own = runs.map(({ run }) => settings[run] ?? {});
  const differing = new Set(differingSettings(own));
  const common = Object.entries(own[0] ?? {}).filter(([path]) => !differing.has(path));
  if (common.length === 0) return null;
  return {
    caption: runs.length === 1 ? 'Settings' : 'What all have in common',
    columns: [{ label: 'setting' }, { label: 'value' }],
    rows: common.map(([path, value]) => [{ text: path, head: true }, { text: textOf(value) }]),
  };
}

function textOf(value: Setting | undefined): string {
  if (value === undefined) return '–';
  return value === null ? 'none' : String(value);
}
