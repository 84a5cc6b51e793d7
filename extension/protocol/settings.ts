/**
 * The settings of a run as a flat list, `training.learningRate` to 0.003: what runs are compared by. Pure; reading them
 * from a run folder is `runs/readSettings.ts`.
 */

export type Setting = string | number | boolean | null;

/** By path. A list of plain values is one setting, written as in JSON. */
export type RunSettings = Readonly<Record<string, Setting>>;

/** `resolved` is that of `run.json`; anything but an object has no settings. A path's `.name` is left out: `method` is the name of the method. */
export function flattenSettings(resolved: unknown): RunSettings {
  const settings: Record<string, Setting> = {};
  const visit = (value: unknown, path: string): void => {
    if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
    } else if (path !== '') {
      settings[path.replace(/\.name$/, '')] = isPlain(value) ? value : JSON.stringify(value);
    }
  };
  visit(resolved, '');
  return settings;
}

/** Paths whose values are not the same in all of them, in order of first appearance; one that some lack differs. */
export function differingSettings(settings: readonly RunSettings[]): string[] {
  const paths = [...new Set(settings.flatMap((each) => Object.keys(each)))];
  return paths.filter((path) => new Set(settings.map((each) => JSON.stringify(each[path]))).size > 1);
}

/**
 * Paths with several values among the runs that have them. What only one method has comes with the method, and is no
 * difference of its own.
 */
export function varyingSettings(settings: readonly RunSettings[]): string[] {
  const distinct = (path: string): number => {
    const present = settings.filter((each) => path in each);
    return new Set(present.map((each) => JSON.stringify(each[path]))).size;
  };
  return [...new Set(settings.flatMap((each) => Object.keys(each)))].filter((path) => distinct(path) > 1);
}

function isPlain(value: unknown): value is Setting {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
