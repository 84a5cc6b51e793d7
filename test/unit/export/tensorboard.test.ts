/** The bytes of event files, by hand. That TensorBoard itself reads them is held by test/integration/tensorboard.test.ts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../extension/export/tensorboard/crc32c';
import { EventProto } from '../../../extension/export/tensorboard/eventProto';
import { summaryEvents } from '../../../extension/export/tensorboard/events';
import { exportTensorboard } from '../../../extension/export/tensorboard/exportTensorboard';
import { toHistogram } from '../../../extension/export/tensorboard/histogram';
import { encodeRecords } from '../../../extension/export/tensorboard/recordFile';
import type { MeasuredEvent, TrainingEvent } from '../../../extension/protocol/events';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('A record', () => {
  test('is checked by CRC-32C', () => {
    // The check value of the catalogue of CRCs, and the first vector of RFC 3720, B.4: 32 bytes of zeros.
    expect(crc32c(bytesOf('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array())).toBe(0);
  });

  test('has its checksums turned and shifted', () => {
    // Of nothing it is the constant alone: 0 turned by 15 bits is 0.
    expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8);
    // 0xe3069283 >>> 15 is 0x1c60d, << 17 is 0x25060000; together 0x2507c60d, and + 0xa282ead8 is 0xc78ab0e5.
    expect(maskedCrc32c(bytesOf('123456789'))).toBe(0xc78ab0e5);
  });

  test('is length, its sum, data and theirs', () => {
    const bytes = encodeRecords([bytesOf('123456789'), new Uint8Array()]);
    // 8 + 4 + 9 + 4 and 8 + 4 + 0 + 4
    expect(bytes).toHaveLength(25 + 16);
    const view = new DataView(bytes.buffer);
    expect(view.getBigUint64(0, true)).toBe(9n);
    expect(view.getUint32(8, true)).toBe(maskedCrc32c(bytes.subarray(0, 8)));
    expect(new TextDecoder().decode(bytes.subarray(12, 21))).toBe('123456789');
    expect(view.getUint32(21, true)).toBe(0xc78ab0e5);
    expect(view.getBigUint64(25, true)).toBe(0n);
    expect(view.getUint32(37, true)).toBe(0xa282ead8);
  });
});

describe('A histogram', () => {
  test('has the bins that hold values and those between, with 0 as a limit, from the smallest output on', () => {
    // Below −1: 0 values; −1 to 0: 2; 0 to 1: 3; at 1 or above: 0. Middles −0.5 and 0.5: sum −1 + 1.5, squares 5 · 0.25.
    expect(toHistogram([-1, 0, 1], [0, 2, 3, 0], -0.75)).toEqual({
      min: -0.75,
      max: 1,
      num: 5,
      sum: 0.5,
      sumSquares: 1.25,
      bucketLimit: [0, 1],
      bucket: [2, 3],
    });
    expect(toHistogram([-1, 0, 1, 2], [0, 1, 0, 1, 0], -0.5)).toMatchObject({
      bucketLimit: [0, 1, 2],
      bucket: [1, 0, 1],
    });
  });

  test('ends a bin after its last edge where values lie beyond', () => {
    // Middles −1.5 and 3, halfway between the edge 2 and 4.
    expect(toHistogram([-1, 0, 2], [1, 0, 0, 4], -30)).toEqual({
      min: -30,
      max: 4,
      num: 5,
      sum: -1.5 + 4 * 3,
      sumSquares: 2.25 + 4 * 9,
      bucketLimit: [-1, 0, 2, 4],
      bucket: [1, 0, 0, 4],
    });
    // Nothing known of the smallest one: a bin before the first edge.
    expect(toHistogram([-1, 0, 2], [1, 0, 0, 0], null)).toMatchObject({ min: -2, max: -1, bucketLimit: [-1] });
  });

  test('of one value beyond an only edge still has its ends in order', () => {
    expect(toHistogram([0], [0, 7], 5)).toMatchObject({ min: 5, max: 5, num: 7, bucketLimit: [5] });
  });

  test('is none where nothing was counted', () => {
    expect(toHistogram([-1, 0, 1], [0, 0, 0, 0], null)).toBeNull();
  });
});

describe('The event files of a run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-events-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const text = readFileSync(path.resolve(import.meta.dirname, '../../fixtures/runs/augmented.jsonl'), 'utf8');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TrainingEvent);
  const measured = events.filter((event): event is MeasuredEvent => event.type === 'measured');
  const run = path.join(folder, '2026-augmented');
  mkdirSync(run);
  writeFileSync(
    path.join(run, 'run.json'),
    JSON.stringify({ id: '2026-augmented', variant: 'augmented', method: 'x', experiment: '/x.orthant.json' }),
  );
  writeFileSync(path.join(run, 'events.jsonl'), text);

  interface Value {
    tag: string;
    simpleValue?: number;
    histo?: { min: number; bucketLimit: number[]; bucket: number[] };
    metadata?: { summaryDescription: string };
  }
  interface Decoded {
    wallTime: number;
    step: number;
    fileVersion?: string;
    summary?: { value: Value[] };
  }

  /** Of `train` and `validation`, each record's event. */
  async function decoded(): Promise<Map<string, Decoded[]>> {
    const found = new Map<string, Decoded[]>();
    for await (const { path: file, content } of (await exportTensorboard([run])).files()) {
      const records: Decoded[] = [];
      const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
      for (let at = 0; at < content.length; ) {
        const length = Number(view.getBigUint64(at, true));
        const event = EventProto.decode(content.subarray(at + 12, at + 12 + length));
        records.push(EventProto.toObject(event, { longs: Number, defaults: false }) as Decoded);
        at += length + 16;
      }
      found.set(file, records);
    }
    return found;
  }

  test('are one for each split, named the same each time', async () => {
    const seconds = Math.floor(measured[0]!.time / 1000);
    const names = ['train', 'validation'].map((split) =>
      path.join('2026-augmented', split, `events.out.tfevents.${seconds}.orthant`),
    );
    expect([...(await decoded()).keys()]).toEqual(names);
    expect([...(await decoded()).keys()]).toEqual(names);
  });

  test('lie under the name of the run folder, whatever a foreign run.json calls the run', async () => {
    const foreign = path.join(folder, 'foreign');
    mkdirSync(foreign);
    const file = { id: '../../x', variant: 'augmented', method: 'x', experiment: '/x.orthant.json' };
    writeFileSync(path.join(foreign, 'run.json'), JSON.stringify(file));
    writeFileSync(path.join(foreign, 'events.jsonl'), text);
    const files: string[] = [];
    for await (const { path: file } of (await exportTensorboard([foreign])).files()) files.push(path.dirname(file));
    expect(files).toEqual([path.join('foreign', 'train'), path.join('foreign', 'validation')]);
  });

  test('of runs of two folders are apart, though the runs are called the same', async () => {
    const [one, other] = ['a', 'b'].map((parent) => path.join(folder, parent, 'same'));
    for (const each of [one!, other!]) {
      mkdirSync(each, { recursive: true });
      const file = { id: 'same', variant: 'augmented', method: 'x', experiment: '/x.orthant.json' };
      writeFileSync(path.join(each, 'run.json'), JSON.stringify(file));
      writeFileSync(path.join(each, 'events.jsonl'), text);
    }
    const folders = new Set<string>();
    for await (const { path: file } of (await exportTensorboard([one!, other!])).files()) {
      folders.add(path.dirname(path.dirname(file)));
    }
    expect([...folders]).toEqual(['same', 'same-2']);
  });

  test('tell all targets together from a target that is called "overall"', async () => {
    const figures = measured[0]!.train;
    const renamed = { ...figures, targets: { overall: figures.targets.wind! } };
    const [event] = summaryEvents([{ ...measured[0]!, train: renamed }], [], 'train');
    const losses = event!.values.filter(({ tag }) => tag.endsWith('/loss'));
    expect(losses.map(({ tag, simpleValue }) => [tag, simpleValue])).toEqual([
      ['(overall)/loss', figures.overall.loss],
      ['overall/loss', figures.targets.wind!.loss],
    ]);
  });

  test('begin with the version, and go on with an event for each measure', async () => {
    for (const [version, ...rest] of (await decoded()).values()) {
      expect(version).toMatchObject({ fileVersion: 'brain.Event:2', wallTime: measured[0]!.time / 1000 });
      expect(rest.map(({ step }) => step ?? 0)).toEqual(measured.map(({ step }) => step));
      expect(rest.map(({ wallTime }) => wallTime)).toEqual(measured.map(({ time }) => time / 1000));
    }
  });

  test('hold figures as scalars, histograms of the outputs, and what is measured of the training itself once', async () => {
    const [train, validation] = [...(await decoded()).values()];
    const last = measured.at(-1)!;
    const valuesOf = (events: Decoded[]): Map<string, Value> =>
      new Map(events.at(-1)!.summary!.value.map((value) => [value.tag, value]));
    const [own, heldOut] = [valuesOf(train!), valuesOf(validation!)];
    expect(own.get('overall/loss')!.simpleValue).toBe(Math.fround(last.train.overall.loss));
    expect(heldOut.get('overall/loss')!.simpleValue).toBe(Math.fround(last.validation!.overall.loss));
    expect(own.get('wind/negativeShare')!.simpleValue).toBe(Math.fround(last.train.targets.wind!.negativeShare));
    expect(own.get('training/penalty')!.simpleValue).toBe(Math.fround(last.penalty!));
    expect(own.get('multipliers/max')!.simpleValue).toBe(Math.fround(last.multipliers!.max));
    expect([...heldOut.keys()].filter((tag) => /^(training|multipliers)/.test(tag))).toEqual([]);
    const { histo } = own.get('outputs/precipitation')!;
    const counts = last.histograms.train.precipitation!;
    expect(histo!.bucket.filter((count) => count > 0)).toEqual(counts.filter((count) => count > 0));
    expect(histo!.bucketLimit).toContain(0);
    expect(histo!.min).toBe(last.train.targets.precipitation!.minOutput);
  });

  test('say of each tag what it is, once', async () => {
    const [train] = [...(await decoded()).values()];
    const described = train!.flatMap(({ summary }) => summary?.value ?? []).filter(({ metadata }) => metadata);
    const tags = described.map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
    // The batch loss is not measured before the first step, and what came later is told then.
    expect(new Set(tags)).toEqual(
      new Set(train!.flatMap(({ summary }) => (summary?.value ?? []).map(({ tag }) => tag))),
    );
    expect(described.find(({ tag }) => tag === 'overall/rmse')!.metadata!.summaryDescription).toBe(
      "root mean squared error, in the target's own units",
    );
  });
});
