import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RUN_FILES } from '../../../extension/protocol/runFiles';
import { NO_NOTES } from '../../../extension/protocol/runNotes';
import { changeNotes, RunNotesError, readNotes } from '../../../extension/runs/runNotes';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-notes-'));
  file = path.join(folder, RUN_FILES.notes);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('Notes about a run', () => {
  test('are none until a person says something, and then travel in the run folder', async () => {
    expect(readNotes(folder)).toEqual(NO_NOTES);
    await changeNotes(folder, { title: 'the good one', isStarred: true });
    expect(readNotes(folder)).toEqual({ title: 'the good one', note: '', isStarred: true });
    expect(JSON.parse(readFileSync(file, 'utf8')).formatVersion).toBe(1);
    // Written whole or not at all, without anything left over.
    expect(readdirSync(folder)).toEqual([RUN_FILES.notes]);
  });

  test('keep what another window has said meanwhile, and what another program added', async () => {
    await changeNotes(folder, { title: 'mine' });
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), note: 'theirs', color: 'blue' }));
    expect(await changeNotes(folder, { isStarred: true })).toEqual({ title: 'mine', note: 'theirs', isStarred: true });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ color: 'blue', note: 'theirs' });
  });

  test('keep each of several changes that are made at once', async () => {
    await Promise.all([
      changeNotes(folder, { title: 'a' }),
      changeNotes(folder, { note: 'b' }),
      changeNotes(folder, { isStarred: true }),
    ]);
    expect(readNotes(folder)).toEqual({ title: 'a', note: 'b', isStarred: true });
  });

  test('keep what is written in a way that is not understood, unless it is what changes', async () => {
    writeFileSync(file, '{"formatVersion":1,"title":{"en":"good"},"isStarred":"yes","note":7}');
    expect(await changeNotes(folder, { note: 'x' })).toEqual({ title: '', note: 'x', isStarred: false });
    const kept = { formatVersion: 1, title: { en: 'good' }, isStarred: 'yes', note: 'x' };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(kept);
  });

  test.for([
    ['cut off', '{"formatVersion":1,"title":"x'],
    ['no object', '[1, 2]'],
    ['of a version that is no number', '{"formatVersion":"1","title":{"en":"x"}}'],
    ['of a newer version', '{"formatVersion":2,"title":{"en":"x"}}'],
  ])('that are %s count as none and are never written over', async ([, text]) => {
    writeFileSync(file, text!);
    expect(readNotes(folder)).toEqual(NO_NOTES);
    await expect(changeNotes(folder, { title: 'mine' })).rejects.toThrow(RunNotesError);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('of a run that was deleted say so, and do not bring half of its folder back', async () => {
    const gone = path.join(folder, 'gone');
    await expect(changeNotes(gone, { note: 'x' })).rejects.toThrow(/is gone/);
    expect(existsSync(gone)).toBe(false);
  });

  test('that can not be written leave the old ones', async () => {
    await changeNotes(folder, { title: 'old' });
    const taken = path.join(folder, 'taken');
    mkdirSync(path.join(taken, RUN_FILES.notes), { recursive: true });
    await expect(changeNotes(taken, { title: 'new' })).rejects.toThrow(/notes\.json/);
    expect(readNotes(folder).title).toBe('old');
  });
});
