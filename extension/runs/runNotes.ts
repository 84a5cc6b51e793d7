/**
 * Reading and writing a person's notes about a run. What can't be read is never written over: it may be a newer version's,
 * or somebody else's file.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { RUN_FILES } from '../protocol/runFiles';
import { NO_NOTES, NOTES_FORMAT_VERSION, type RunNotes } from '../protocol/runNotes';

/** The notes can't be written; the message names the file, the reason and what to do. */
export class RunNotesError extends Error {
  override readonly name = 'RunNotesError';
}

/** What can be understood of `notes.json`; nothing said where it is absent, half-written or somebody else's. */
export function readNotes(folder: string): RunNotes {
  const recorded = readRecorded(path.join(folder, RUN_FILES.notes));
  return typeof recorded === 'object' ? notesIn(recorded) : NO_NOTES;
}

/**
 * Changes some of the notes and keeps the rest as it lies on disk now: another window may have changed it meanwhile.
 * @throws RunNotesError when the folder is gone or can't be written, or holds notes that this version can't read.
 */
export async function changeNotes(folder: string, change: Partial<RunNotes>): Promise<RunNotes> {
  const file = path.join(folder, RUN_FILES.notes);
  const recorded = readRecorded(file);
  if (recorded === 'unreadable')
    throw new RunNotesError(`${file} is not readable as notes. Rename or delete it first.`);
  const version = recorded === 'absent' ? NOTES_FORMAT_VERSION : recorded.formatVersion;
  if (version !== undefined && typeof version !== 'number') {
    throw new RunNotesError(`${file} is not readable as notes. Rename or delete it first.`);
  }
  if (version !== undefined && version > NOTES_FORMAT_VERSION) {
    throw new RunNotesError(`${file} was written by a newer version of Orthant. Update Orthant to change it.`);
  }
  // Not with its parents: a run folder that somebody deleted must not come back as half of one.
  if (!existsSync(folder)) throw new RunNotesError(`${folder} is gone, so nothing can be noted about the run.`);
  const kept = recorded === 'absent' ? {} : recorded;
  // What isn't changed stays as it is written, understood or not.
  const next = { ...kept, formatVersion: NOTES_FORMAT_VERSION, ...change };
  try {
    // Read and written in one go: two changes at once would lose one.
    writeFileAtomic.sync(file, `${JSON.stringify(next, null, 2)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunNotesError(`${file} can't be written: ${reason}. What was noted before stays.`);
  }
  return notesIn(next);
}

function notesIn({ title, note, isStarred }: Record<string, unknown>): RunNotes {
  return {
    title: typeof title === 'string' ? title : '',
    note: typeof note === 'string' ? note : '',
    isStarred: isStarred === true,
  };
}

function readRecorded(file: string): Record<string, unknown> | 'absent' | 'unreadable' {
  // Most runs have none, and ten thousand errors take longer than ten thousand questions.
  if (!existsSync(file)) return 'absent';
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
