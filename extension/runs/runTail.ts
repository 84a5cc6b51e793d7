/**
 * The events of a run as they come: reads what was appended to `events.jsonl` since the last time, and nothing twice. A
 * line counts once it is whole, so that one that is being written, or that a kill cut off, is looked at again.
 */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TrainingEvent } from '../protocol/events';
import { RUN_FILES } from '../protocol/runFiles';
import { parseEvent } from './readRuns';

/** Read at once: a history of hours is tens of megabytes, and whoever reads has other things to do in between. */
const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

export class RunTail {
  readonly #file: string;
  /** Of the first byte that is not part of a line that was read. */
  #offset = 0;
  /** Size of the file when it was last read. */
  #size = 0;

  constructor(folder: string) {
    this.#file = path.join(folder, RUN_FILES.events);
  }

  /** `null` when the file is gone. Calls must not overlap. */
  async read(): Promise<TrainingEvent[] | null> {
    const size = await sizeOf(this.#file);
    if (size === null) return null;
    if (size === this.#size) return [];
    const events: TrainingEvent[] = [];
    const file = await open(this.#file, 'r').catch(() => null);
    if (file === null) return null;
    try {
      let rest = Buffer.alloc(0);
      for (let position = this.#offset; position < size; ) {
        const { bytesRead, buffer } = await file.read({
          buffer: Buffer.alloc(Math.min(CHUNK_BYTES, size - position)),
          position,
        });
        if (bytesRead === 0) break;
        position += bytesRead;
        const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        const end = bytes.lastIndexOf(NEWLINE) + 1;
        for (const line of bytes.toString('utf8', 0, end).split('\n')) {
          const event = line === '' ? null : parseEvent(line);
          if (event !== null) events.push(event);
        }
        this.#offset += end;
        rest = bytes.subarray(end);
      }
    } finally {
      await file.close();
    }
    this.#size = size;
    return events;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch {
    return null;
  }
}
