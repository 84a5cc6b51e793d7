/** The runner of the language server's benchmark: `npm run bench:language` bundles it and starts it. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { describeMachine, isBusy } from '../machine';
import { type Spread, spreadOf } from '../statistics';
import { Editor, type Inside, LOOK_INSIDE } from './editor';
import { DATA, goodText, PLACES, TASKS, WIDE_CODES, WIDE_DATA, wideData, wideText } from './tasks';

const ROUNDS = 15;

async function main(): Promise<void> {
  const root = process.env.ORTHANT_BENCHMARK_ROOT!;
  const module = path.join(__dirname, 'dist/server.js');
  const machine = describeMachine(process.env.ORTHANT_BENCHMARK_LOAD);
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-benchmark-language-'));
  try {
    copyFileSync(path.join(root, 'node_modules/vega-datasets/data', DATA), path.join(folder, DATA));
    const look = path.join(folder, 'look.cjs');
    writeFileSync(look, LOOK_INSIDE);
    const uri = pathToFileURL(path.join(folder, 'flights.orthant.json')).href;

    const starts: number[] = [];
    const opens: number[] = [];
    const idle: Inside[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const editor = await Editor.start(module, look);
      const before = await editor.lookInside();
      await editor.open(uri, TASKS[2]!.text(round));
      const openMs = await editor.untilProblems(TASKS[2]!.codes);
      await editor.end();
      // The first round fills the system's file cache, and is not counted.
      if (round === 0) continue;
      starts.push(editor.startMs);
      opens.push(openMs);
      idle.push(before);
    }

    const editor = await Editor.start(module, look);
    await editor.open(uri, goodText(-1));
    await editor.untilProblems([]);
    // What loading the server takes is no work of its own.
    await editor.lookInside();
    const typed = new Map(TASKS.map((task) => [task, [] as number[]]));
    const completions: number[] = [];
    const hovers: number[] = [];
    let stretchMs = 0;
    let memoryBytes = 0;
    const lookInside = async (): Promise<void> => {
      const inside = await editor.lookInside();
      stretchMs = Math.max(stretchMs, inside.stretchMs);
      memoryBytes = Math.max(memoryBytes, inside.memoryBytes);
    };
    const firstCompletion = await editor.timeCompletion(PLACES.completion);
    const firstHover = await editor.timeHover(PLACES.hover);
    await lookInside();
    for (let round = 0; round < ROUNDS; round++) {
      for (const task of TASKS) {
        await editor.type(task.text(round));
        typed.get(task)!.push(await editor.untilProblems(task.codes));
        await lookInside();
      }
      await editor.type(goodText(round));
      completions.push(await editor.timeCompletion(PLACES.completion));
      hovers.push(await editor.timeHover(PLACES.hover));
      await lookInside();
    }
    writeFileSync(path.join(folder, WIDE_DATA), wideData());
    const wide: number[] = [];
    let wideStretchMs = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await editor.type(wideText(round));
      wide.push(await editor.untilProblems(WIDE_CODES));
      wideStretchMs = Math.max(wideStretchMs, (await editor.lookInside()).stretchMs);
    }
    await editor.end();

    const lines = [
      '# Performance of the language server',
      `Written by \`npm run bench:language\` on ${new Date().toISOString().slice(0, 10)}; a benchmark, not a test. ${machine.cores} cores of ${machine.cpu}, Node.js ${machine.node}, ${machine.system}, load before ${machine.loadBefore?.toFixed(2) ?? 'unknown'}. The server runs as a process of its own, minified as it ships, and is asked over stdio as an editor asks: when a key is pressed, and whenever the server says that there is more. Milliseconds, median and middle half of ${ROUNDS} rounds.`,
      ...(isBusy(machine) ? ['**The machine was busy with other things: these figures say little.**'] : []),
      table([
        ['start of the process to the answer of `initialize`', times(starts)],
        ['a file opened that names a missing column, to the problem', times(opens)],
        ['bundle', `${(statSync(module).size / 2 ** 20).toFixed(1)} MB`],
        ['memory after the start', `${megabytes(spreadOf(idle.map(({ memoryBytes: bytes }) => bytes)).median)} MB`],
      ]),
      `## Three million rows\n\nThe experiment reads ${DATA} (${(statSync(path.join(folder, DATA)).size / 1e6).toFixed(0)} MB). From the last key to the answer that is right for the text; each text is new in each round.`,
      table([
        ...TASKS.map((task): [string, string] => [task.name, times(typed.get(task)!)]),
        ['names of columns to complete, first', firstCompletion.toFixed(0)],
        ['… and again', times(completions)],
        ['a column under the pointer, first', firstHover.toFixed(0)],
        ['… and again', times(hovers)],
        ['longest stretch without a turn of the event loop', stretchMs.toFixed(1)],
        ['memory at its largest', `${megabytes(memoryBytes)} MB`],
      ]),
      `## A hundred ways to be wrong\n\n784 inputs named that are not among 1,500 columns of a text file, each near many that are.`,
      table([
        ['from the last key to 784 problems', times(wide)],
        ['longest stretch without a turn of the event loop', wideStretchMs.toFixed(1)],
      ]),
      `For comparison, the JSON support of VS Code (vscode-json-languageservice) takes ${times(await jsonSupport())} ms at each key to validate the same text against Orthant's schema, data unseen.`,
    ];
    const text = `${lines.join('\n\n')}\n`;
    console.log(text);
    writeFileSync(path.join(root, 'docs/language-server.md'), text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The editor's own JSON support at the same work, in this process. */
async function jsonSupport(): Promise<number[]> {
  const schema = JSON.parse(readFileSync(path.join(__dirname, 'dist/orthant.schema.json'), 'utf8'));
  const service = getLanguageService({});
  service.configure({ schemas: [{ uri: 'orthant:schema', fileMatch: ['*.orthant.json'], schema }] });
  const spent: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const document = TextDocument.create('file:///a.orthant.json', 'jsonc', round, goodText(round));
    const from = performance.now();
    await service.doValidation(document, service.parseJSONDocument(document));
    if (round > 0) spent.push(performance.now() - from);
  }
  return spent;
}

function times(values: readonly number[]): string {
  const { median, lowerQuartile, upperQuartile }: Spread = spreadOf(values);
  const digits = median < 10 ? 1 : 0;
  return `${median.toFixed(digits)} (${lowerQuartile.toFixed(digits)} … ${upperQuartile.toFixed(digits)})`;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function table(rows: readonly (readonly [string, string])[]): string {
  return ['| | |', '| --- | ---: |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

main().catch((error: unknown) => {
  console.error(error);
  // The server would wait for more.
  process.exit(1);
});
