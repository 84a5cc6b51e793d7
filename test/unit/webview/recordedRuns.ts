/** The recorded runs of `test/fixtures/runs`, read as the host reads them and folded as the panel folds them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { completeEvent } from '../../../extension/protocol/earlierVersions';
import type { TrainingEvent } from '../../../extension/protocol/events';
import { applyEvent, initialRunState, type RunState } from '../../../extension/protocol/runState';

export type RecordedVariant = 'baseline' | 'penalty' | 'lagrangian' | 'augmented';

export function recordedEvents(variant: RecordedVariant): TrainingEvent[] {
  const file = path.join(import.meta.dirname, '../../fixtures/runs', `${variant}.jsonl`);
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => completeEvent(JSON.parse(line) as TrainingEvent));
}

export function recordedRun(variant: RecordedVariant): RunState {
  const initial = initialRunState({ run: variant, experiment: '/workspace/weather.orthant.json', variant });
  return recordedEvents(variant).reduce(applyEvent, initial);
}
