/** The host's side of a compiled graph, with the real trainer process and with some that misbehave. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GraphEnd, GraphProcess } from '../../extension/host/graphProcess';
import { buildIfStale } from './build';
import { orthant, ROOT } from './cli';
import { Workspace } from './workspace';

let workspace: Workspace;
let lines: string[];
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
  lines = [];
});
afterEach(() => workspace.dispose());

function graphOf(variant: string, options: { module?: string; text?: string; timeoutMs?: number } = {}): GraphProcess {
  const write = (line: string): void => void lines.push(line);
  const { module = path.join(ROOT, 'dist/trainer.js'), timeoutMs } = options;
  const text = options.text ?? readFileSync(workspace.experiment, 'utf8');
  return new GraphProcess({
    module,
    request: { type: 'graph', experiment: workspace.experiment, text, variant },
    log: { trace: write, debug: write, info: write, warn: write, error: write },
    timeoutMs,
  });
}

/** A process that does this instead of what it is asked. */
function processThat(code: string): string {
  workspace.write('process.cjs', code);
  return path.join(workspace.folder, 'process.cjs');
}

describe('the compiled graph of a variant', () => {
  test('is what the command line prints, and nothing is written', async () => {
    const end = await graphOf('penalty').ended;
    const printed = await orthant(['trace', workspace.experiment, '--variant', 'penalty']);
    expect(end).toEqual({ kind: 'graph', text: printed.stdout });
    expect(workspace.runs()).toEqual([]);
    expect(lines).toEqual([`Graph of 'penalty' of ${workspace.experiment}: graph.`]);
  });

  test('is of the text in the editor, saved or not', async () => {
    const text = readFileSync(workspace.experiment, 'utf8').replace('"batchSize": 16', '"batchSize": 7');
    expect(await graphOf('penalty', { text }).ended).toMatchObject({
      text: expect.stringMatching(/# batch {6}7 samples/),
    });
  });

  test('is refused with the problems that training would give', async () => {
    workspace.writeExperiment({ data: { inputs: ['fase'] } });
    const end = (await graphOf('penalty').ended) as GraphEnd & { kind: 'rejected' };
    expect(end.kind).toBe('rejected');
    expect(end.problems).toMatchObject([{ code: 'data.missing-column', message: expect.stringMatching(/"fase"/) }]);
    const unknown = await graphOf('absent', { text: '{ "data": ' }).ended;
    expect(unknown).toMatchObject({ kind: 'rejected', problems: [{ code: 'experiment.syntax' }] });
  });

  test('is not waited for longer than it may take', async () => {
    const module = processThat('process.send({ type: "ready" }); setInterval(() => {}, 1000);');
    const end = await graphOf('penalty', { module, timeoutMs: 500 }).ended;
    expect(end).toEqual({ kind: 'failed', error: 'The graph was not made within 0.5 s.' });
  });

  test('can be given up', async () => {
    const graph = graphOf('penalty', { module: processThat('setInterval(() => {}, 1000);') });
    graph.cancel();
    expect(await graph.ended).toEqual({ kind: 'cancelled' });
  });

  test('fails with the last words of a process that dies, or that is not there', async () => {
    const module = processThat('process.stderr.write("out of luck\\n", () => process.exit(3));');
    const end = await graphOf('penalty', { module }).ended;
    expect(end).toEqual({ kind: 'failed', error: expect.stringMatching(/exit code 3\.\nout of luck/) });
    const absent = await graphOf('penalty', { module: path.join(workspace.folder, 'absent.js') }).ended;
    expect(absent).toEqual({ kind: 'failed', error: expect.stringMatching(/Cannot find module/) });
  });

  test('is the one thing its process does', async () => {
    const module = processThat(
      `process.on('message', ({ type, variant }) => { process.send({ type: 'graph', text: type + ' of ' + variant }); process.disconnect(); });
       process.send({ type: 'ready' });`,
    );
    expect(await graphOf('a/b', { module }).ended).toEqual({ kind: 'graph', text: 'graph of a/b' });
  });
});
