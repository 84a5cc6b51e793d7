import { expect, test } from 'vitest';
import { widenQuery } from '../../../extension/data/widenQuery';

const keep = { name: 'x', condition: 'x > 0' };
const replace = { name: 'x', sql: 'x - 1' };
const add = { from: 'd', columns: [{ sql: 'month(d)', name: 'month' }] };

test('without a query there comes one', () => {
  expect(widenQuery(undefined, { keep })).toBe('SELECT * FROM source WHERE x > 0');
  expect(widenQuery(undefined, { replace, keep })).toBe('SELECT * REPLACE (x - 1 AS x) FROM source WHERE x > 0');
  expect(widenQuery(undefined, { add })).toBe('SELECT *, month(d) AS month FROM source');
  expect(widenQuery(undefined, { replace: { name: 'max temp', sql: '0' } })).toBe(
    'SELECT * REPLACE (0 AS "max temp") FROM source',
  );
});

test.for([
  ['SELECT * FROM source', 'SELECT * FROM source WHERE x > 0'],
  ['select *\nfrom source; -- all', 'SELECT * FROM source WHERE x > 0'],
  ['SELECT * FROM source WHERE y > 1', 'SELECT * FROM source WHERE y > 1 AND x > 0'],
  ['SELECT * FROM source WHERE y > 1 OR z', 'SELECT * FROM source WHERE (y > 1 OR z) AND x > 0'],
  ['SELECT * FROM source WHERE (y > 1 OR z)', 'SELECT * FROM source WHERE (y > 1 OR z) AND x > 0'],
  ["SELECT * FROM source WHERE y = 'a OR b;--'", "SELECT * FROM source WHERE y = 'a OR b;--' AND x > 0"],
  ['SELECT *, sin(y) AS s FROM source', 'SELECT *, sin(y) AS s FROM source WHERE x > 0'],
  ['SELECT * REPLACE (y + 1 AS y) FROM source', 'SELECT * REPLACE (y + 1 AS y) FROM source WHERE x > 0'],
  [
    'SELECT * FROM (SELECT DISTINCT * FROM source) WHERE y > 1',
    'SELECT * FROM (SELECT DISTINCT * FROM source) WHERE y > 1 AND x > 0',
  ],
])('rows are left out of a plain query in its own place: %s', ([query, expected]) => {
  expect(widenQuery(query, { keep })).toBe(expected);
});

test.for([
  'SELECT x, y FROM source',
  'SELECT DISTINCT * FROM source',
  'SELECT * FROM source ORDER BY y',
  'SELECT * FROM source LIMIT 10',
  'SELECT * FROM source WHERE y > 1 LIMIT 10',
  'SELECT * FROM source s WHERE y > 1',
  'SELECT * EXCLUDE (z) FROM source',
  'WITH a AS (SELECT 1) SELECT * FROM a',
  'SELECT * FROM source UNION ALL SELECT * FROM source',
  'FROM source',
  // The condition would be one on the values before, or on fewer rows than a window saw.
  'SELECT * REPLACE (x / 2 AS x) FROM source',
  'SELECT *, y AS X FROM source',
  'SELECT *, y AS "x" FROM source',
  'SELECT *, lag(y) OVER (ORDER BY t) AS before FROM source',
  // What no database would take is left as it is.
  'SELECT * FROM (source',
  'SELECT * FROM source WHERE (y',
])('what is not so plain is put in parentheses whole: %s', (query) => {
  expect(widenQuery(query, { keep })).toBe(`SELECT * FROM (${query}) WHERE x > 0`);
});

test('further columns stand behind those that are there', () => {
  expect(widenQuery('SELECT *, sin(y) AS s FROM source WHERE y > 0', { add })).toBe(
    'SELECT *, sin(y) AS s, month(d) AS month FROM source WHERE y > 0',
  );
  // What is made of the column is no other column of its name.
  expect(widenQuery('SELECT *, sin(dayofyear(d), 1) AS s FROM source', { add })).toBe(
    'SELECT *, sin(dayofyear(d), 1) AS s, month(d) AS month FROM source',
  );
  expect(widenQuery('SELECT *, day(t) AS d FROM source', { add })).toBe(
    'SELECT *, month(d) AS month FROM (SELECT *, day(t) AS d FROM source)',
  );
  expect(widenQuery('SELECT * REPLACE (y + 1 AS y) FROM source', { replace })).toBe(
    'SELECT * REPLACE (y + 1 AS y, x - 1 AS x) FROM source',
  );
});
