import { describe, expect, test } from 'vitest';
import { gatherRows, RowTables } from '../../../extension/trainer/rowTables';

/** Three samples, two outputs: row i is (10i, 10i + 1). */
const table = (): Float32Array => Float32Array.of(0, 1, 10, 11, 20, 21);

describe('The row tables', () => {
  test('lend the rows of batches in their order, as copies', () => {
    const tables = new RowTables({ slack: table(), multiplier: table().map((value) => -value) }, 2);
    const rows = tables.gather([Uint32Array.of(2), Uint32Array.of(0)]);
    expect(rows).toEqual({ slack: Float32Array.of(20, 21, 0, 1), multiplier: Float32Array.of(-20, -21, -0, -1) });
    rows.slack!.fill(99);
    expect(tables.tables.slack).toEqual(table());
  });

  test('take back the rows of batches and leave all others as they were', () => {
    const tables = new RowTables({ slack: table(), multiplier: table() }, 2);
    tables.scatter([Uint32Array.of(2), Uint32Array.of(0)], {
      slack: Float32Array.of(5, 6, 7, 8),
      multiplier: Float32Array.of(-5, -6, -7, -8),
    });
    expect(tables.tables).toEqual({
      slack: Float32Array.of(7, 8, 10, 11, 5, 6),
      multiplier: Float32Array.of(-7, -8, 10, 11, -5, -6),
    });
  });

  test('are the same after rows were borrowed and brought back', () => {
    const tables = new RowTables({ slack: table() }, 2);
    const samples = [Uint32Array.of(1, 2)];
    tables.scatter(samples, tables.gather(samples));
    expect(tables.tables.slack).toEqual(table());
  });
});

describe('Gathering rows', () => {
  test('goes by the width of the table', () => {
    expect(gatherRows(table(), [Uint32Array.of(1)], 3)).toEqual(Float32Array.of(11, 20, 21));
    expect(gatherRows(table(), [Uint32Array.of()], 3)).toEqual(new Float32Array(0));
  });
});
