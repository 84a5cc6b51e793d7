import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONTROL_FILE, type ControlAction } from '../../../extension/protocol/control';
import {
  ControlError,
  type ControlWatch,
  ownIdentity,
  readControl,
  requestControl,
  watchControl,
} from '../../../extension/runs/control';

let folder: string;
const watches: ControlWatch[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-control-'));
});

afterEach(() => {
  for (const watch of watches.splice(0)) watch.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function watched(self = ownIdentity()): { obeyed: ControlAction[]; nGone: () => number; watch: ControlWatch } {
  const obeyed: ControlAction[] = [];
  let nGone = 0;
  const watch = watchControl(folder, { obey: (action) => obeyed.push(action), gone: () => nGone++ }, self);
  watches.push(watch);
  return { obeyed, nGone: () => nGone, watch };
}

describe('A detached process', () => {
  test('obeys what is asked of it without being told to look', async () => {
    const { obeyed } = watched();
    requestControl(folder, ownIdentity(), 'pause');
    await expect.poll(() => obeyed, { timeout: 2000 }).toEqual(['pause']);
    requestControl(folder, ownIdentity(), 'resume');
    await expect.poll(() => obeyed, { timeout: 2000 }).toEqual(['pause', 'resume']);
  });

  test('obeys a request once, however often it looks or the file is written again', () => {
    const { obeyed, watch } = watched();
    requestControl(folder, ownIdentity(), 'stop');
    watch.look();
    watch.look();
    // A backup put back, or a copy of the folder: another file with the same request.
    writeFileSync(path.join(folder, CONTROL_FILE), `${readFileSync(path.join(folder, CONTROL_FILE), 'utf8')} `);
    watch.look();
    expect(obeyed).toEqual(['stop']);
  });

  test('obeys the same request again when it is asked again', () => {
    const { obeyed, watch } = watched();
    for (const action of ['pause', 'resume', 'pause'] as const) {
      requestControl(folder, ownIdentity(), action);
      watch.look();
    }
    expect(obeyed).toEqual(['pause', 'resume', 'pause']);
  });

  test('finds at its start what was asked of it before it looked', () => {
    requestControl(folder, ownIdentity(), 'stop');
    expect(watched().obeyed).toEqual(['stop']);
  });

  test('does not obey what was asked of the process before it, even of the same pid', () => {
    const before = { ...ownIdentity(), processStarted: ownIdentity().processStarted - 60_000 };
    requestControl(folder, before, 'stop');
    const { obeyed, watch } = watched();
    requestControl(folder, { ...ownIdentity(), host: 'elsewhere' }, 'stop');
    watch.look();
    expect(obeyed).toEqual([]);
  });

  test.each(['', '{', 'null', '7', '{"id": "1", "action": "explode", "to": {}}', '{"id": "1", "action": "stop"}'])(
    'passes over a file that is no request: %s',
    (text) => {
      const { obeyed, watch } = watched();
      writeFileSync(path.join(folder, CONTROL_FILE), text);
      watch.look();
      expect(obeyed).toEqual([]);
      expect(readControl(folder)).toBeNull();
      requestControl(folder, ownIdentity(), 'stop');
      watch.look();
      expect(obeyed).toEqual(['stop']);
    },
  );

  test('hears once that its folder was deleted, and nothing after that', () => {
    const { obeyed, nGone, watch } = watched();
    rmSync(folder, { recursive: true });
    watch.look();
    watch.look();
    expect(nGone()).toBe(1);
    expect(obeyed).toEqual([]);
  });

  test('hears by itself that its folder was moved away', async () => {
    const { nGone } = watched();
    renameSync(folder, `${folder}-moved`);
    await expect.poll(nGone, { timeout: 2000 }).toBe(1);
    rmSync(`${folder}-moved`, { recursive: true });
  });
});

test('A request to a folder that is gone names it, and does not make it again', () => {
  rmSync(folder, { recursive: true });
  expect(() => requestControl(folder, ownIdentity(), 'stop')).toThrow(ControlError);
  expect(() => requestControl(folder, ownIdentity(), 'stop')).toThrow(folder);
  expect(readControl(folder)).toBeNull();
});

test('The latest request takes the place of the one before', () => {
  requestControl(folder, ownIdentity(), 'pause');
  requestControl(folder, ownIdentity(), 'stop');
  const { pid, processStarted, host } = ownIdentity();
  expect(readControl(folder)).toMatchObject({ action: 'stop', to: { pid, processStarted, host } });
});
