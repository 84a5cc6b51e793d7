import { expect, test } from 'vitest';
import { watchedFiles } from '../../../extension/host/watchedFiles';

test('the folders on the way to the runs are watched, and of a run the files that tell of it', () => {
  expect(watchedFiles('/project/a.orthant.json', '/project/.orthant/runs')).toEqual({
    base: '/project',
    glob: '{.orthant,.orthant/runs,.orthant/runs/*,.orthant/runs/*/run.json,.orthant/runs/*/summary.json,.orthant/runs/*/events.jsonl,.orthant/runs/*/notes.json}',
  });
});

test('a runs folder elsewhere is watched where it is', () => {
  const glob = '{*,*/run.json,*/summary.json,*/events.jsonl,*/notes.json}';
  expect(watchedFiles('/project/a/a.orthant.json', '/project/runs')).toEqual({ base: '/project/runs', glob });
  expect(watchedFiles('/project/a.orthant.json', '/data/runs')).toEqual({ base: '/data/runs', glob });
  expect(watchedFiles('/project/a.orthant.json', '/project')).toEqual({ base: '/project', glob });
});
