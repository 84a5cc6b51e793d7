/** The commands about sweeps. Each works with a file or a sweep, or asks which. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type QuickPickItem, ThemeIcon, Uri, window } from 'vscode';
import { sweepRange } from '../experiment/outline';
import type { ControlAction } from '../protocol/control';
import { isSweepLive } from '../protocol/sweepState';
import { ControlError, requestControl } from '../runs/control';
import { knowAllRuns } from './ask';
import type { CommandParts } from './commandParts';
import { type ConductorStart, startConductor } from './conductorProcess';
import { experimentFor, openExperiment } from './experimentTarget';
import type { Log } from './log';
import { showProblems } from './notices';
import { signal } from './runFollowers';
import { engineFor, runsFolderFor, sweepJobs } from './settings';
import { placeOfPanel } from './showDocument';
import type { Sweep, Sweeps } from './sweeps';
import { sweepLook } from './sweepText';

export interface SweepCommandParts extends CommandParts {
  sweeps: Sweeps;
  /** Path of the bundle of `sweeps/main.ts`. */
  module: string;
  log: Log;
}

export class SweepCommands {
  constructor(private readonly options: SweepCommandParts) {}

  async runSweep(argument?: unknown): Promise<void> {
    const { files, folders, log, module } = this.options;
    const experiment = await experimentFor(this.options, argument, REFUSALS());
    if (experiment === undefined) return;
    let text: string;
    try {
      text = await files.text(experiment);
    } catch (error) {
      void window.showErrorMessage(l10n.t('{0} can not be read: {1}', experiment.fsPath, String(error)));
      return;
    }
    if (sweepRange(text) === null) return this.#offerSweep(experiment);
    if (!(await this.#mayBeginBeside())) return;
    const runsFolder = runsFolderFor(experiment);
    void folders.know(experiment.fsPath, runsFolder);
    const engine = engineFor(experiment);
    const request = { type: 'begin', experiment: experiment.fsPath, text, runsFolder, engine, ...jobs() } as const;
    await this.#follow(experiment.fsPath, startConductor(module, request, log));
  }

  /** Of the one meant, a paused sweep goes on; of one that was interrupted, the missing runs are trained. */
  async resumeSweep(argument?: unknown): Promise<void> {
    const { log, module, sweeps } = this.options;
    const isResumable = (sweep: Sweep): boolean => {
      if (isSweepLive(sweep.status)) return sweep.status === 'paused';
      const { done, total, failed } = sweeps.progress(sweep);
      return done < total || failed > 0;
    };
    const sweep = await this.#sweep(argument, isResumable, l10n.t('Resume which sweep?'));
    if (sweep === undefined) return;
    if (sweep.status === 'paused') return this.#ask(sweep, 'resume');
    const { done, total } = sweeps.progress(sweep);
    const experiment = await experimentFor(this.options, Uri.file(sweep.experiment), REFUSALS());
    if (experiment === undefined) return;
    const engine = engineFor(experiment);
    // With all others done, what is left to do is what failed.
    const retryFailed = done === total;
    const { fsPath } = experiment;
    const request = {
      type: 'resume',
      folder: sweep.folder,
      experiment: fsPath,
      engine,
      retryFailed,
      ...jobs(),
    } as const;
    await this.#follow(fsPath, startConductor(module, request, log));
  }

  async stopSweep(argument?: unknown): Promise<void> {
    const isStoppable = ({ status }: Sweep): boolean => status === 'running' || status === 'paused';
    const sweep = await this.#sweep(argument, isStoppable, l10n.t('Stop which sweep?'));
    if (sweep !== undefined) this.#ask(sweep, 'stop');
  }

  async pauseSweep(argument?: unknown): Promise<void> {
    const isPausable = ({ status }: Sweep): boolean => status === 'running';
    const sweep = await this.#sweep(argument, isPausable, l10n.t('Pause which sweep?'));
    if (sweep !== undefined) this.#ask(sweep, 'pause');
  }

  /** The run that counts of each point, side by side. */
  async compareSweep(argument?: unknown): Promise<void> {
    const { sweeps, panels } = this.options;
    const sweep = await this.#sweep(argument, () => true, l10n.t('Compare the runs of which sweep?'));
    if (sweep === undefined) return;
    const runs = sweeps.outcomes(sweep).flatMap(({ run }) => run?.run ?? []);
    if (runs.length === 0) {
      void window.showInformationMessage(l10n.t('This sweep has no runs yet.'));
      return;
    }
    panels.show(runs, placeOfPanel());
  }

  /** By its id or its node, the only one that will do, or a question. */
  async #sweep(argument: unknown, isMeant: (sweep: Sweep) => boolean, title: string): Promise<Sweep | undefined> {
    const { sweeps } = this.options;
    const named = sweeps.get(idIn(argument) ?? '');
    if (named !== undefined) return isMeant(named) ? named : undefined;
    await knowAllRuns(this.options);
    sweeps.refresh();
    const candidates = sweeps.all().filter(isMeant);
    if (candidates.length < 2) {
      if (candidates.length === 0) void window.showInformationMessage(l10n.t('There is no sweep for that now.'));
      return candidates[0];
    }
    const items = candidates.map((sweep): QuickPickItem & { sweep: Sweep } => {
      const { label, description, icon } = sweepLook(sweep, sweeps.progress(sweep), Date.now());
      return { label, description, iconPath: new ThemeIcon(icon.replace('~spin', '')), sweep };
    });
    return (await window.showQuickPick(items, { title }))?.sweep;
  }

  #ask(sweep: Sweep, action: ControlAction): void {
    const { log, sweeps } = this.options;
    if (sweep.conductor === null) return;
    try {
      requestControl(sweep.folder, sweep.conductor, action);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      log.warn(error.message);
      // A conductor takes this for a request to stop, too.
      const isAsked = action === 'stop' && signal(sweep.conductor, 'SIGTERM');
      if (!isAsked) void window.showErrorMessage(error.message);
    }
    sweeps.refresh();
  }

  async #follow(experiment: string, starting: Promise<ConductorStart>): Promise<void> {
    const start = await starting;
    this.options.sweeps.refresh();
    if (start.kind === 'rejected') await showProblems(experiment, start.problems);
    if (start.kind === 'crashed') {
      void window.showErrorMessage(l10n.t('The sweep could not be begun: {0}', start.error));
    }
  }

  /** Each sweep takes all cores: two at a time both wait for them. */
  async #mayBeginBeside(): Promise<boolean> {
    const { sweeps } = this.options;
    const live = sweeps.live()[0];
    if (live === undefined) return true;
    const begin = l10n.t('Run both');
    const { label, description } = sweepLook(live, sweeps.progress(live), Date.now());
    const text = l10n.t('The sweep {0} is being trained ({1}). Two at a time wait for each other.', label, description);
    return (await window.showWarningMessage(text, begin)) === begin;
  }

  async #offerSweep(experiment: Uri): Promise<void> {
    const open = l10n.t('Open experiment');
    const text = l10n.t(
      '{0} has no sweep. Add one, such as "sweep": {1}.',
      path.basename(experiment.fsPath),
      EXAMPLE_SWEEP,
    );
    if ((await window.showInformationMessage(text, open)) === open) await openExperiment(experiment);
  }
}

const EXAMPLE_SWEEP = '{ "training.seed": [0, 1, 2] }';

/** A function and not a table: translations are loaded after this file is. */
const REFUSALS = () => ({
  restricted: l10n.t(
    'Training is off in restricted mode, because an experiment names files to read and run folders to write. Trust this workspace to train.',
  ),
  notOnDisk: (uri: string) => l10n.t('Training needs an experiment file on a disk, and {0} is not on one.', uri),
});

function jobs(): { jobs?: number } {
  const wanted = sweepJobs();
  return wanted === null ? {} : { jobs: wanted };
}

/** A lens passes the id, the Runs tree its node. */
function idIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  const isNode = typeof argument === 'object' && argument !== null && 'grouping' in argument && 'key' in argument;
  return isNode && argument.grouping === 'sweep' && typeof argument.key === 'string' ? argument.key : undefined;
}
