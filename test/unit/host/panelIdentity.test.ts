import { expect, test } from 'vitest';
import { foldersIn } from '../../../extension/host/panelIdentity';

test('a restored panel shows the runs it showed', () => {
  expect(foldersIn({ version: 1, folders: ['/runs/a', '/runs/b'], choices: {} })).toEqual(['/runs/a', '/runs/b']);
});

test.each([
  ['nothing', undefined],
  ['another version', { version: 2, folders: ['/runs/a'] }],
  ['no list', { version: 1, folders: '/runs/a' }],
  ['paths that lead elsewhere from here', { version: 1, folders: ['runs/a', 7, null] }],
])('from %s no run is opened', (_what, state) => {
  expect(foldersIn(state)).toEqual([]);
});
