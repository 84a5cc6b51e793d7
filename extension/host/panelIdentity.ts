/** What VS Code kept of a panel through a reload, read with care. */
import path from 'node:path';
import type { PanelIdentity } from '../protocol/panel';

/** The run folders to show again. An older version of this extension may have written it: nothing is taken for granted. */
export function foldersIn(state: unknown): string[] {
  if (typeof state !== 'object' || state === null) return [];
  const identity = state as Partial<PanelIdentity>;
  if (identity.version !== 1 || !Array.isArray(identity.folders)) return [];
  return identity.folders.filter((folder): folder is string => typeof folder === 'string' && path.isAbsolute(folder));
}
