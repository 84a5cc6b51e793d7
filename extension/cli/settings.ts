/** `--set path=value`: the text of an experiment with values from the command line. */
import { overrideExperiment } from '../experiment/override';

export interface Setting {
  path: string;
  value: string;
}

/** The text, or `null` after the reason was printed. */
export function applySettings(original: string, settings: readonly Setting[]): string | null {
  let text = original;
  for (const setting of settings) {
    const changed = overrideExperiment(text, setting.path, setting.value);
    if (typeof changed !== 'string') {
      console.error(`--set ${setting.path}=${setting.value}: ${changed.message}`);
      return null;
    }
    text = changed;
  }
  return text;
}
