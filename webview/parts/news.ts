/**
 * What has happened since the last news, for the live region: a sentence for each run whose status, verdict or diagnoses
 * changed, or that trained for another tenth of its epochs. Figures are those of the chosen set.
 */

import { latestVerdict, type Model, shownMeasure, splitFigures } from '../../extension/pictures/model';
import { epochWords, figure, SPLIT_WORDS, type Split, STATUS_WORDS, shareWords } from '../../extension/pictures/words';
import { formatVerdict } from '../../extension/protocol/figures';
import { isLive, type RunState } from '../../extension/protocol/runState';

export class News {
  /** By run: what the last sentence about it was said for. */
  private readonly told = new Map<string, string>();

  /** `null` when there is nothing new to say. */
  next(model: Model): string | null {
    const sentences = model.runs.flatMap((run, index) => {
      const reason = reasonToSpeak(run);
      if (this.told.get(run.run) === reason) return [];
      this.told.set(run.run, reason);
      const name = model.runs.length === 1 ? '' : `${model.labels[index]}: `;
      return [name + sentenceAbout(run, model.choices.split)];
    });
    return sentences.length === 0 ? null : sentences.join(' ');
  }
}

/** By the newest measure: what a sentence would say must be there when it is said. */
function reasonToSpeak(run: RunState): string {
  const epoch = shownMeasure(run, null)?.epoch;
  const tenth = epoch === undefined || run.started === null ? '' : Math.floor((10 * epoch) / run.started.epochs);
  const codes = run.diagnoses.map(({ code }) => code).join();
  return `${run.status} ${latestVerdict(run).kind} ${isLive(run.status) ? tenth : ''} ${codes}`;
}

function sentenceAbout(run: RunState, split: Split): string {
  const verdict = [formatVerdict(latestVerdict(run)), ...run.diagnoses.map(({ title }) => title)].join(', ');
  if (!isLive(run.status)) return `${STATUS_WORDS[run.status]}, ${verdict}.`;
  const measure = shownMeasure(run, null);
  if (measure === null) return `${STATUS_WORDS[run.status]}.`;
  const figures = splitFigures(measure, split)?.overall;
  const reached =
    figures === undefined
      ? `no ${SPLIT_WORDS[split].toLowerCase()} set`
      : `${shareWords(figures, split)}, RMSE ${figure('rmse', figures.rmse)}`;
  return `${STATUS_WORDS[run.status]}, epoch ${epochWords(measure.epoch)}, ${reached}, ${verdict}.`;
}
