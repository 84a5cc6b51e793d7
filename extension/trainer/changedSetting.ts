/** Whether what was recorded of a training still holds. Pure. */

/**
 * Path of the first value that is recorded and is another one now, such as `training.learningRate`; `null` where all hold.
 * What was not recorded came with a later version, whose default is what was done before.
 */
export function changedSetting(recorded: unknown, now: unknown, at: readonly string[] = []): string | null {
  if (isRecord(recorded) && isRecord(now)) {
    for (const [key, value] of Object.entries(recorded)) {
      const changed = changedSetting(value, now[key], [...at, key]);
      if (changed !== null) return changed;
    }
    return null;
  }
  // As they lie on disk: a value that JSON has no word for is not there.
  return JSON.stringify(recorded) === JSON.stringify(now) ? null : at.join('.');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
