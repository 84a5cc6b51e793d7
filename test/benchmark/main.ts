/** The runner of the benchmark: `npm run bench` bundles it and starts it. Nothing here passes or fails. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases';
import { stepEntries } from './entries';
import { timeFirstEvent } from './firstEvent';
import { describeMachine, isBusy } from './machine';
import { timeNodes } from './nodes';
import { caseTable, firstEventTable, goalsTable, nodesTable, type Results, report, runFolderTable } from './report';
import { RUN_FOLDER_CASES, timeRunFolder } from './runFolder';
import { timeSteps } from './steps';

const PARTS = [...CASES.map(({ name }) => name), 'run-folder', 'first-event', 'nodes'];

const HELP = `npm run bench -- [options]

  --quick        few and short rounds: shows that everything works, not how fast it is
  --only <part>  one part, may be given more than once: ${PARTS.join(', ')}
  --rounds <n>   rounds of each part (default 11; 3 with --quick)

The part nodes, what single operations cost, is run only when it is named. Without --only and --quick it writes docs/performance.md. To compare with fewer threads, start it under taskset.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.filter((part) => !PARTS.includes(part));
  const rounds = values.rounds === undefined ? (values.quick ? 3 : 11) : Number(values.rounds);
  if (values.help || unknown.length > 0 || !(Number.isInteger(rounds) && rounds > 0)) {
    if (unknown.length > 0) say(`There is no part ${unknown.join(', ')}.\n`);
    say(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const wants = (part: string): boolean => values.only.length === 0 || values.only.includes(part);

  const root = required('ORTHANT_BENCHMARK_ROOT');
  const bundles = __dirname;
  const sources = path.join(root, 'test/benchmark');
  const pytorch = process.env.ORTHANT_BENCHMARK_PYTORCH || null;
  const jax = process.env.ORTHANT_BENCHMARK_JAX || null;
  const compilations = mkdtempSync(path.join(tmpdir(), 'orthant-benchmark-compiled-'));
  const machine = describeMachine(process.env.ORTHANT_BENCHMARK_LOAD);
  if (isBusy(machine)) say(`! The machine is busy (load ${machine.loadBefore!.toFixed(2)}): times will say little.`);
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
    say(`! ${text}`);
  };
  if (pytorch === null) note('PyTorch: no Python here has it, so nothing is compared with it');
  if (jax === null) note('JAX: no Python here has it, so nothing is compared with it');

  const results: Results = {
    machine,
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    date: new Date(),
    cases: [],
    runFolders: [],
    firstEvent: null,
    notes,
  };
  /** What fails is noted, and the rest goes on. */
  const part = async (title: string, measure: () => Promise<string>): Promise<void> => {
    say(`\n▸ ${title}`);
    try {
      say(`\n${await measure()}`);
    } catch (error) {
      note(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  try {
    const entries = stepEntries({ bundles, sources, pytorch, jax, threads: machine.cores, compilations });
    const roundSeconds = values.quick ? 0.1 : 0.5;
    for (const shape of CASES.filter(({ name }) => wants(name))) {
      await part(shape.title, async () => {
        const result = await timeSteps(shape, entries, { rounds, roundSeconds, threads: machine.cores, say });
        results.cases.push(result);
        return caseTable(result);
      });
    }
    for (const shape of wants('run-folder') ? RUN_FOLDER_CASES : []) {
      await part(`run folder: ${shape.title}`, async () => {
        const options = { rounds: Math.min(rounds, 7), root, bundles, quick: values.quick, say };
        const result = await timeRunFolder(shape, options);
        results.runFolders.push(result);
        return runFolderTable([result]);
      });
    }
    if (wants('first-event')) {
      await part('first event', async () => {
        const cli = path.join(bundles, 'dist/cli.js');
        results.firstEvent = await timeFirstEvent({ root, cli, sources, pytorch, rounds });
        return firstEventTable(results.firstEvent);
      });
    }
    // For whoever works on the compiler; no part of the report.
    if (values.only.includes('nodes'))
      await part('nodes of a compiled step', async () => nodesTable(await timeNodes(rounds)));
  } finally {
    rmSync(compilations, { recursive: true, force: true });
  }

  say(`\n${goalsTable(results)}\n`);
  if (values.quick || values.only.length > 0) {
    say('docs/performance.md is written by a full run only.');
    return;
  }
  mkdirSync(path.join(root, 'docs'), { recursive: true });
  writeFileSync(path.join(root, 'docs/performance.md'), report(results));
  say('Written to docs/performance.md');
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`internal: ${name} is not set; start this with npm run bench`);
  return value;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
