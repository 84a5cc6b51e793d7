/** The process that exports, with programs in the place of the command line: what each end of it is told as. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ExportProcess, type ExportRequest } from '../../../extension/host/exportProcess';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-exporting-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOG = { debug() {}, info() {}, warn() {}, error() {} };
const REQUEST: ExportRequest = {
  folders: ['/runs/one', '/runs/--odd'],
  format: 'html',
  output: path.join(folder, 'report.html'),
  options: ['--theme', 'dark'],
};

function exporting(program: string): ExportProcess {
  const module = path.join(folder, 'program.cjs');
  writeFileSync(module, program);
  return new ExportProcess({ module, request: REQUEST, log: LOG as never });
}

describe('An export', () => {
  test('asks the command line, with folders that can not pass for options', async () => {
    const told = path.join(folder, 'arguments.json');
    const program = `const { readFileSync, writeFileSync } = require('node:fs');
      const asked = [...process.argv.slice(2), readFileSync(0, 'utf8')];
      writeFileSync(${JSON.stringify(told)}, JSON.stringify(asked));`;
    expect(await exporting(program).ended).toEqual({ kind: 'done', note: '' });
    expect(JSON.parse(readFileSync(told, 'utf8'))).toEqual([
      ...['export', '--format', 'html', '--output', REQUEST.output, '--theme', 'dark', '-', '/runs/one\0/runs/--odd\0'],
    ]);
  });

  test('passes on what whoever takes it has to know, and not what was written', async () => {
    const program = `console.log('Wrote a'); console.log('Wrote b'); console.log('Without the run x.');`;
    expect(await exporting(program).ended).toEqual({ kind: 'done', note: 'Without the run x.' });
  });

  test('that is refused says why in the words of the command line', async () => {
    const program = `console.error('There is no run.'); process.exitCode = 2;`;
    expect(await exporting(program).ended).toEqual({ kind: 'failed', error: 'There is no run.' });
  });

  test('that crashes says how', async () => {
    const end = await exporting(`throw new Error('no memory');`).ended;
    expect(end).toMatchObject({ kind: 'failed', error: expect.stringContaining('no memory') });
  });

  test('can be taken back, and then is no failure', async () => {
    const process = exporting('setInterval(() => {}, 1000);');
    process.cancel();
    expect(await process.ended).toEqual({ kind: 'cancelled' });
  });
});
