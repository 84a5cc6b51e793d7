/** The `orthant` command: reads the arguments and hands them on. What each verb does is in a file of its own. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { STAGES, type Stage } from '../engines/onnx/stepGraph';
import { ROW_CHOICES } from '../export/pytorch/exportPytorch';
import { THEMES } from '../export/report/palette';
import { ENGINE_CHOICES, type WantedEngine } from '../protocol/events';
import { EXPORT_FORMAT_NAMES, SNAPSHOT_CHOICES } from '../protocol/exportFormats';
import { VERSION } from '../trainer/version';
import { type CheckOptions, checkCommand } from './check';
import { EXIT } from './exit';
import { type ExportCommandOptions, exportCommand } from './export';
import { type NewCommandOptions, newCommand } from './new';
import { type ResumeCommandOptions, resumeCommand } from './resume';
import { runsCommand } from './runs';
import type { Setting } from './settings';
import { type SweepCommandOptions, sweepCommand } from './sweep';
import { traceCommand } from './trace';
import { trainCommand } from './train';

function parseSetting(text: string, previous: Setting[]): Setting[] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('write it as path=value, for example training.epochs=10.');
  return [...previous, { path: text.slice(0, equals), value: text.slice(equals + 1) }];
}

function parseOnlyVariant(name: string, previous: string | undefined): string {
  if (previous !== undefined) throw new InvalidArgumentError('one variant is shown at a time.');
  return name;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('write a whole number from 1.');
  return Number(text);
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

async function main(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('orthant')
    .description('Train a network that ends in a plain linear layer so that its outputs stay inside their bounds.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(orthant --help lists the commands)');

  program
    .command('new')
    .description('write an experiment file for a data file')
    .argument('<data>', 'data file: CSV, TSV, Parquet or JSON lines')
    .option('-t, --target <name...>', 'columns that the network learns to give; asked for on a terminal', [])
    .option('-i, --input <name...>', 'columns that the network takes (default: all that suit)', [])
    .option('-o, --output <file>', 'experiment file to write (default: beside the data)')
    .option('--force', 'write over a file that is there', false)
    .action(async (file: string, options: NewCommandOptions) => {
      exitCode = await newCommand(file, options);
    });

  program
    .command('train')
    .description('train the variants of an experiment file and compare them')
    .argument('<experiment>', 'experiment file (*.orthant.json)')
    .option('-v, --variant <name>', 'train this variant only; may be given more than once', collect, [])
    .addOption(
      new Option(
        '-e, --engine <engine>',
        'what executes a step (default: what the experiment says, else the fastest that loads)',
      ).choices(ENGINE_CHOICES),
    )
    .option('-s, --set <path=value>', 'change a value of the file for this training', parseSetting, [])
    .option('--runs <dir>', 'folder for run folders (default: .orthant/runs beside the experiment)')
    .option('--json', 'print the events, one JSON object a line, instead of bars and table', false)
    .action(
      async (
        file: string,
        options: { variant: string[]; engine?: WantedEngine; set: Setting[]; runs?: string; json: boolean },
      ) => {
        exitCode = await trainCommand(file, { ...options, variants: options.variant, settings: options.set });
      },
    );

  program
    .command('resume')
    .description('go on with a run that was stopped, lost or failed, from its checkpoint')
    .argument('<run>', 'run folder, or the id of a run or its beginning')
    .option('--runs <dir>', 'folder in which a run of that id is (default: .orthant/runs)')
    .option('--json', 'print the events, one JSON object a line, instead of bar and table', false)
    .action(async (run: string, options: ResumeCommandOptions) => {
      exitCode = await resumeCommand(run, options);
    });

  program
    .command('sweep')
    .description('train every combination that the sweep of an experiment file asks for, several at a time')
    .argument('<experiment>', 'experiment file (*.orthant.json) with a "sweep"')
    .option('-v, --variant <name>', 'train this variant only; may be given more than once', collect, [])
    .option('-j, --jobs <number>', 'trainers at a time (default: as many as the machine has cores)', parseCount)
    .addOption(
      new Option('-e, --engine <engine>', 'what executes a step (default: what the experiment says)').choices(
        ENGINE_CHOICES,
      ),
    )
    .option('-s, --set <path=value>', 'change a value of the file for this sweep', parseSetting, [])
    .option('--runs <dir>', 'folder for run folders (default: .orthant/runs beside the experiment)')
    .option('--resume [id]', 'go on with an interrupted sweep: its id or the beginning of it (default: the latest)')
    .option('--retry-failed', 'with --resume: train the points that failed again', false)
    .option('--json', 'print the events, one JSON object a line with its point, instead of bars and table', false)
    .action(
      async (
        file: string,
        {
          variant,
          set,
          ...options
        }: Omit<SweepCommandOptions, 'variants' | 'settings'> & {
          variant: string[];
          set: Setting[];
        },
      ) => {
        exitCode = await sweepCommand(file, { ...options, variants: variant, settings: set });
      },
    );

  program
    .command('check')
    .description('print the problems of an experiment file and its data')
    .argument('<experiment>', 'experiment file (*.orthant.json)')
    .option(
      '--fix',
      'mend what is beyond doubt in the file: slips in names, fields that do nothing, and the like',
      false,
    )
    .option('--json', 'print one JSON object a problem, with the changes of the text that would mend it', false)
    .action(async (file: string, options: CheckOptions) => {
      exitCode = await checkCommand(file, options);
    });

  program
    .command('trace')
    .description('print the graph of one training step of a variant, as the engine onnx runs it; nothing is trained')
    .argument('<experiment>', 'experiment file (*.orthant.json)')
    .option('-v, --variant <name>', 'variant to show; needed when the experiment has several', parseOnlyVariant)
    .option('-s, --set <path=value>', 'change a value of the file before it is read', parseSetting, [])
    .addOption(
      new Option('--stage <stage>', 'as recorded, after the passes, or all steps of a call in a row')
        .choices(STAGES)
        .default('compiled'),
    )
    .option('-o, --output <file>', 'write it to a file instead: *.txt, or *.onnx for a model that Netron opens')
    .action(async (file: string, options: { variant?: string; set: Setting[]; stage: Stage; output?: string }) => {
      exitCode = await traceCommand(file, { ...options, settings: options.set });
    });

  program
    .command('runs')
    .description('list the recorded runs, newest first')
    .argument('[dir]', 'folder of an experiment or of run folders', '.')
    .action(async (directory: string) => {
      exitCode = await runsCommand(directory);
    });

  program
    .command('export')
    .description('write what a run left in another format')
    .argument(
      '<run...>',
      'run folder; for html, svg, png, csv, parquet and tensorboard also several, a folder of runs, or - to read folders from the input, one a line',
    )
    .addOption(new Option('-f, --format <format>', 'what to write').choices(EXPORT_FORMAT_NAMES).makeOptionMandatory())
    .requiredOption('-o, --output <file>', 'file to write; for tensorboard, svg and png a folder')
    .addOption(
      new Option(
        '--snapshot <which>',
        'the last network (default), the best within the tolerance, or the most feasible',
      ).choices(SNAPSHOT_CHOICES),
    )
    .addOption(
      new Option(
        '--rows <from>',
        'of pytorch: read the files of the experiment (default), or a copy of the rows, written beside the script',
      ).choices(ROW_CHOICES),
    )
    .addOption(new Option('--theme <theme>', 'of svg and png: the colors, light (default) or dark').choices(THEMES))
    .action(async (runs: string[], options: ExportCommandOptions) => {
      exitCode = await exportCommand(runs, options);
    });

  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are no mistakes; everything else is an argument that is wrong.
    return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput;
  }
  return exitCode;
}

// Output may be cut short by `| head`: what is written after that goes nowhere, and a training stops (train.ts).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`orthant: internal: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = EXIT.failed;
  },
);
