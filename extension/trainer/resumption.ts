/** What a training goes on from that was interrupted: where it was, and what it had told until then. */
import type { MeasuredEvent, StartedEvent } from '../protocol/events';
import type { RecordedCheckpoint } from '../runs/checkpoint';
import type { FoundSnapshots } from './snapshots';

export interface Resumption {
  /** `null` when the run was interrupted before its first one: then it begins again. */
  readonly checkpoint: RecordedCheckpoint | null;
  /** As it was told at first. */
  readonly started: StartedEvent;
  /** Up to the checkpoint. */
  readonly measured: readonly MeasuredEvent[];
  /** The networks of the best moments that lie in the run folder. */
  readonly snapshots: FoundSnapshots;
  /** What is not as it was when the run began, worth a line in its log. */
  readonly warnings: readonly string[];
}
