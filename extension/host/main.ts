/**
 * Activation: builds the parts of the extension host, hands them to each other and registers their end. No logic, and
 * no reading: files are looked for when a view, a lens or a command wants them.
 */
import * as l10n from '@vscode/l10n';
import { commands, type ExtensionContext, l10n as editorL10n, Uri, window, workspace } from 'vscode';
import { readOutcome } from '../runs/readOutcome';
import { readRun, readRunFile } from '../runs/readRuns';
import { RunLister } from '../runs/runLister';
import { readNotes } from '../runs/runNotes';
import { ArrangeCommands, showFilter } from './arrangeCommands';
import { DeleteCommands, showDeletions } from './deleteCommands';
import { DeletedRuns } from './deletedRuns';
import { EngineCommands } from './engineCommands';
import { ExperimentFiles } from './experimentFiles';
import { ExperimentsView } from './experimentsView';
import { ExportCommands } from './exportCommands';
import { FixCommands } from './fixCommands';
import { GraphCommands } from './graphCommands';
import { LanguageFeatures } from './languageFeatures';
import { NewExperimentCommands } from './newExperimentCommands';
import { NoteCommands } from './noteCommands';
import { Notices } from './notices';
import { RememberedArrangement } from './rememberedArrangement';
import { RunCommands } from './runCommands';
import { RunFolders } from './runFolders';
import { RunFollowers } from './runFollowers';
import { PANEL_TYPE, RunPanels } from './runPanels';
import { RunStore } from './runStore';
import { RunsView } from './runsView';
import { RunWatcher } from './runWatcher';
import { SampleCommands } from './sampleCommands';
import { maximumParallelRuns, onWindowClose } from './settings';
import { StatusBar } from './statusBar';
import { SweepCommands } from './sweepCommands';
import { SweepNotices } from './sweepNotices';
import { Sweeps } from './sweeps';
import { TrainCommands } from './trainCommands';
import { Trainings } from './trainings';
import { showLiveRuns, showLiveSweeps, showTrust } from './viewStates';
import { WaitingTrainings } from './waitingTrainings';

/** What the keybindings of package.json pass in place of nodes: those that are selected in the Runs tree. */
const SELECTION = 'selection';

let languageFeatures: LanguageFeatures | undefined;
let deletedRuns: DeletedRuns | undefined;

export function activate(context: ExtensionContext): void {
  const own = <Owned extends { dispose(): unknown }>(disposable: Owned): Owned => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const dist = (file: string): string => Uri.joinPath(context.extensionUri, 'dist', file).fsPath;
  const translations = editorL10n.bundle ?? null;
  if (translations !== null) l10n.config({ contents: translations });

  const log = own(window.createOutputChannel('Orthant', { log: true }));
  const trainerLog = own(window.createOutputChannel(l10n.t('Orthant Trainer'), { log: true }));

  const store = own(new RunStore());
  const files = own(new ExperimentFiles());
  const lister = new RunLister();
  const list = (runsFolder: string) => lister.list(runsFolder);
  const logFolder = Uri.joinPath(context.globalStorageUri, 'logs').fsPath;
  const read = (folder: string) => readRun(folder, logFolder);
  const folders = own(new RunFolders(store, { list, readRun: read, readOutcome, readRunFile, readNotes }, log));
  const followers = own(new RunFollowers({ store, logFolder, log: trainerLog }));
  const waiting = new WaitingTrainings(context.workspaceState);
  const trainings = own(
    new Trainings({
      store,
      followers,
      waiting,
      module: dist('trainer.js'),
      logFolder,
      maximumParallel: maximumParallelRuns,
      onWindowClose,
      log: trainerLog,
    }),
  );
  own(new RunWatcher(store, folders));
  const sweeps = own(new Sweeps(store, folders));

  const panels = new RunPanels({ extensionUri: context.extensionUri, store, folders, log });
  own(window.registerWebviewPanelSerializer(PANEL_TYPE, panels));

  const experimentsView = own(new ExperimentsView(files, store, folders));
  const experimentsTree = own(window.createTreeView('orthant.experiments', { treeDataProvider: experimentsView }));
  const arrangement = own(new RememberedArrangement(context.workspaceState));
  const runsView = own(new RunsView(files, store, folders, arrangement, sweeps));
  const runsTree = own(window.createTreeView('orthant.runs', { treeDataProvider: runsView, canSelectMany: true }));
  own(showTrust(experimentsTree));
  own(showLiveRuns(store, runsTree));
  own(showFilter(arrangement, runsView, runsTree));
  own(new StatusBar(store));
  own(new Notices(trainings, store));
  own(new SweepNotices(sweeps));
  own(showLiveSweeps(sweeps));

  languageFeatures = new LanguageFeatures({ module: dist('server.js'), store, folders, sweeps, translations, log });

  const train = new TrainCommands({ files, store, folders, trainings, panels });
  const run = new RunCommands({ files, store, folders, trainings, panels });
  const sweep = new SweepCommands({
    files,
    store,
    folders,
    trainings,
    panels,
    sweeps,
    module: dist('sweep.js'),
    log: trainerLog,
  });
  const arrange = new ArrangeCommands(arrangement, runsView);
  const note = new NoteCommands({ files, store, folders });
  deletedRuns = own(new DeletedRuns(store));
  own(showDeletions(deletedRuns));
  const deletion = new DeleteCommands({ deleted: deletedRuns, files, store, folders, panels, log });
  own(folders.onDidKnow(({ runsFolder }) => void deletion.askAboutAbandoned(runsFolder)));
  const fix = new FixCommands({ files, store, folders, trainings, panels });
  const graph = own(
    new GraphCommands({ files, store, folders, trainings, panels, module: dist('trainer.js'), log: trainerLog }),
  );
  const exporting = own(new ExportCommands({ files, store, folders, module: dist('cli.js'), log: trainerLog }));
  const engine = own(new EngineCommands({ module: dist('tensorflow.js'), log: trainerLog }));
  const newExperiment = new NewExperimentCommands({ features: languageFeatures });
  const sample = new SampleCommands({ sample: Uri.joinPath(context.extensionUri, 'dist/sample') });
  const register = (id: string, command: (...values: unknown[]) => Promise<void>): void => {
    own(commands.registerCommand(`orthant.${id}`, command));
  };
  // A key pressed in the tree names no node.
  const meant = (target: unknown): unknown => (target === SELECTION ? runsTree.selection : target);
  register('newExperiment', (target) => newExperiment.newExperiment(target));
  register('createSample', () => sample.createSample());
  register('train', (target, variant) => train.train(target, variant));
  register('trainPenalty', (target) => train.trainMethod('penalty', target));
  register('trainLagrangian', (target) => train.trainMethod('lagrangian', target));
  register('trainAll', (target) => train.trainAll(target));
  register('runSweep', (target) => sweep.runSweep(target));
  register('stopSweep', (target) => sweep.stopSweep(target));
  register('pauseSweep', (target) => sweep.pauseSweep(target));
  register('resumeSweep', (target) => sweep.resumeSweep(target));
  register('compareSweep', (target) => sweep.compareSweep(target));
  register('stop', (target, selected) => run.stop(target, selected));
  register('pause', (target, selected) => run.pause(target, selected));
  register('resume', (target, selected) => run.resume(target, selected));
  register('resumeRun', (target, selected) => run.resumeFromCheckpoint(target, selected));
  register('openRun', (target, selected) => run.openRun(target, selected));
  register('compareRuns', (target, selected) => run.compareRuns(target, selected));
  register('openExperiment', (target, place) => run.openExperiment(target, place));
  register('revealRunFolder', (target, selected) => run.revealRunFolder(target, selected));
  register('exportRun', (target, selected) => exporting.exportRun(meant(target), selected));
  register('deleteRun', (target, selected) => deletion.deleteRun(meant(target), selected));
  register('undoDelete', () => deletion.undoDelete());
  register('filterRuns', () => arrange.filterRuns());
  register('clearRunFilter', () => arrange.clearRunFilter());
  register('groupRuns', () => arrange.groupRuns());
  register('sortRuns', () => arrange.sortRuns());
  register('showMoreRuns', (node) => arrange.showMoreRuns(node));
  register('starRun', (target, selected) => note.star(meant(target), selected));
  register('unstarRun', (target, selected) => note.unstar(meant(target), selected));
  register('renameRun', (target, selected) => note.rename(meant(target), selected));
  register('noteRun', (target, selected) => note.note(meant(target), selected));
  register('applyFix', (target, code, place) => fix.applyFix(target, code, place));
  register('showCompiledGraph', (target, variant) => graph.showCompiledGraph(target, variant));
  register('refresh', () => run.refresh());
  register('installTensorflow', () => engine.installTensorflow());
  register('showLog', async () => trainerLog.show());

  const restore = () => void waiting.restore(folders, trainings, log);
  if (workspace.isTrusted) restore();
  else own(workspace.onDidGrantWorkspaceTrust(restore));
  log.info(`Orthant is ready; the workspace is ${workspace.isTrusted ? 'trusted' : 'restricted'}.`);
}

/** The trainers go on, or end when their channels close, each with a checkpoint: the setting decides. */
export async function deactivate(): Promise<void> {
  await Promise.all([languageFeatures?.stop(), deletedRuns?.empty()]);
}
