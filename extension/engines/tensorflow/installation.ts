/**
 * Where the engine `tensorflow` is installed, and which of the folders there is in force. One folder of the user's serves
 * every editor and the command line on a machine, and outlives updates of the extension: the engine takes half a
 * gigabyte, and its binding fits any Node. A small file names the folder in force and is replaced as a whole, so that
 * nobody ever sees a half-made installation.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The version of the npm package that is installed, which must be that of our tfjs-core: they share registries. */
export const TFJS_VERSION = '4.22.0';
export const PACKAGE = '@tensorflow/tfjs-node';

/** Names another data folder, for tests and for people whose home is small. */
export const DATA_FOLDER_VARIABLE = 'ORTHANT_DATA';

const CURRENT = 'current.json';

export interface Installation {
  /** Holds `node_modules`. */
  readonly folder: string;
  /** Of the npm package. */
  readonly version: string;
}

/** Orthant's folder for what is no part of a project, as each system wants it. */
export function dataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const named = environment[DATA_FOLDER_VARIABLE];
  if (named !== undefined && isAbsolute(named)) return named;
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'orthant');
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'orthant');
  const data = environment.XDG_DATA_HOME;
  // The XDG rule: a relative path is to be ignored.
  return join(data !== undefined && isAbsolute(data) ? data : join(home, '.local', 'share'), 'orthant');
}

/** The folder that holds installations of this engine and what names the one in force. */
export function engineFolder(): string {
  return path.join(dataFolder(process.env, process.platform, homedir()), 'engines', 'tensorflow');
}

/** The installation in force; `null` when there is none. */
export function readInstallation(base: string): Installation | null {
  try {
    const { folder, version } = JSON.parse(readFileSync(path.join(base, CURRENT), 'utf8')) as Record<string, unknown>;
    if (typeof folder !== 'string' || typeof version !== 'string' || path.basename(folder) !== folder) return null;
    const installation = { folder: path.join(base, folder), version };
    return existsSync(installation.folder) ? installation : null;
  } catch {
    return null;
  }
}

/** Puts a complete installation, a folder in `base`, in force. */
export function putInForce(base: string, { folder, version }: Installation): void {
  const draft = path.join(base, `${CURRENT}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify({ folder: path.basename(folder), version })}\n`);
  renameSync(draft, path.join(base, CURRENT));
}
