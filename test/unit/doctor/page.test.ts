import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DIAGNOSES } from '../../../extension/doctor/registry';

test('docs/doctor.md has a row for every diagnosis, in its own words', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/doctor.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `doctor.'));
  expect(rows).toEqual(
    DIAGNOSES.map(({ code, title, sign, remedy }) => `| \`${code}\` | ${title} | ${sign} | ${remedy} |`),
  );
});
