/** The runs that a report or a set of pictures is about, as the panel's own model of them. */
import { INITIAL_CHOICES, type Model, modelOf } from '../../pictures/model';
import { MOST_IN_DETAIL } from '../../protocol/panel';
import type { RunState } from '../../protocol/runState';
import type { RunSettings } from '../../protocol/settings';
import { readSettings } from '../../runs/readSettings';
import { measuredRuns } from '../measuredRuns';

export interface ReportRuns {
  /** At least one run, each with at least one measure; on the training rows, at its newest measure. */
  readonly model: Model;
  /** What whoever takes it has to know. */
  readonly note: string | null;
}

/**
 * Of run folders, or of folders of runs; one that is named twice counts once.
 * @throws Error with a message for a person when there is no run, or none that measured anything.
 */
export async function readReportRuns(folders: readonly string[]): Promise<ReportRuns> {
  const found = await measuredRuns(folders);
  const runs: RunState[] = [];
  const settings: Record<string, RunSettings> = {};
  for await (const { folder, state } of found.read()) {
    runs.push(runs.length < MOST_IN_DETAIL ? state : withoutHistory(state));
    settings[state.run] = await readSettings(folder);
  }
  return { model: modelOf(runs, INITIAL_CHOICES, settings), note: found.note() };
}

/** Of a run beyond those in detail only its ends are shown; of one without an end its verdict goes by all measures. */
function withoutHistory(state: RunState): RunState {
  const { measured } = state;
  return state.ended === null || measured.length <= 2
    ? state
    : { ...state, measured: [measured[0]!, measured.at(-1)!] };
}
