/**
 * The part of TensorBoard's event format that we write, as a protobuf schema: names and field numbers are those of its
 * `event.proto`, `summary.proto` and `histogram.proto`.
 *
 * Source: https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto (Apache-2.0)
 */
import protobuf from 'protobufjs/light';
import { many, message, one } from '../../engines/protobufSchema';

/** First record of every event file. */
export const FILE_VERSION = 'brain.Event:2';

const root = protobuf.Root.fromJSON({
  nested: {
    Event: message({
      wallTime: one('double', 1),
      step: one('int64', 2),
      fileVersion: one('string', 3),
      summary: one('Summary', 5),
    }),
    Summary: message({ value: many('SummaryValue', 1) }),
    SummaryValue: {
      ...message({
        tag: one('string', 1),
        simpleValue: one('float', 2),
        histo: one('HistogramProto', 5),
        metadata: one('SummaryMetadata', 9),
      }),
      // Without it a scalar of 0 would not be written at all.
      oneofs: { value: { oneof: ['simpleValue', 'histo'] } },
    },
    SummaryMetadata: message({ summaryDescription: one('string', 3) }),
    HistogramProto: message({
      min: one('double', 1),
      max: one('double', 2),
      num: one('double', 3),
      sum: one('double', 4),
      sumSquares: one('double', 5),
      bucketLimit: many('double', 6),
      bucket: many('double', 7),
    }),
  },
});

export const EventProto = root.lookupType('Event');

export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Upper ends of the buckets. */
  readonly bucketLimit: readonly number[];
  readonly bucket: readonly number[];
}

export interface SummaryValue {
  readonly tag: string;
  readonly simpleValue?: number;
  readonly histo?: Histogram;
  /** What the first value of a tag says of it, in Markdown. */
  readonly metadata?: { readonly summaryDescription: string };
}

/** What one event file holds after its version: values of one moment each. */
export interface SummaryEvent {
  /** Seconds since the epoch. */
  readonly wallTime: number;
  readonly step: number;
  readonly values: readonly SummaryValue[];
}
