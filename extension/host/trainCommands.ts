/** The commands that start training. Each works with a file and a variant, or asks for what it must. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type Uri, window } from 'vscode';
import type { VariantOutline } from '../experiment/outline';
import { askVariant } from './ask';
import { variantIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import { experimentFor, openExperiment, variantsOf } from './experimentTarget';
import type { Run } from './runStore';
import { engineFor, opensPanelOnTrain, runsFolderFor } from './settings';
import { placeOfPanel } from './showDocument';

export class TrainCommands {
  constructor(private readonly options: CommandParts) {}

  async train(argument?: unknown, named?: unknown): Promise<void> {
    const experiment = await this.#experiment(argument);
    if (experiment === undefined) return;
    const variant = variantIn(argument, named);
    if (variant !== undefined) return this.#start(experiment, [variant]);
    const variants = await this.#variants(experiment);
    if (variants === undefined) return;
    await this.options.folders.know(experiment.fsPath, runsFolderFor(experiment));
    const choice = await askVariant(variants, (name) => this.options.store.latest(experiment.fsPath, name));
    if (choice === undefined) return;
    await this.#start(experiment, choice.kind === 'all' ? variants.map(({ name }) => name) : [choice.variant]);
  }

  /** The first variant of a method; asks when several are. */
  async trainMethod(method: string, argument?: unknown): Promise<void> {
    const experiment = await this.#experiment(argument);
    if (experiment === undefined) return;
    const variants = await this.#variants(experiment);
    if (variants === undefined) return;
    const variant = variants.find((each) => each.method === method);
    if (variant !== undefined) return this.#start(experiment, [variant.name]);
    const name = path.basename(experiment.fsPath);
    const open = l10n.t('Open experiment');
    const text = l10n.t('{0} has no variant with the method "{1}". Add one under "variants".', name, method);
    if ((await window.showInformationMessage(text, open)) === open) await openExperiment(experiment);
  }

  async trainAll(argument?: unknown): Promise<void> {
    const experiment = await this.#experiment(argument);
    if (experiment === undefined) return;
    const variants = await this.#variants(experiment);
    if (variants === undefined) return;
    const names = variants.map(({ name }) => name);
    await this.#start(experiment, names);
  }

  #experiment(argument: unknown): Promise<Uri | undefined> {
    return experimentFor(this.options, argument, {
      restricted: l10n.t(
        'Training is off in restricted mode, because an experiment names files to read and run folders to write. Trust this workspace to train.',
      ),
      notOnDisk: (uri) => l10n.t('Training needs an experiment file on a disk, and {0} is not on one.', uri),
    });
  }

  #variants(experiment: Uri): Promise<VariantOutline[] | undefined> {
    return variantsOf(this.options, experiment);
  }

  async #start(experiment: Uri, variants: readonly string[]): Promise<void> {
    const { files, folders, trainings, panels } = this.options;
    let text: string;
    try {
      text = await files.text(experiment);
    } catch (error) {
      void window.showErrorMessage(l10n.t('{0} can not be read: {1}', experiment.fsPath, String(error)));
      return;
    }
    const runsFolder = runsFolderFor(experiment);
    // The list of earlier runs is wanted by lenses and trees; training doesn't wait for it.
    void folders.know(experiment.fsPath, runsFolder);
    const order = { experiment: experiment.fsPath, text, engine: engineFor(experiment), runsFolder };
    const runs: Run[] = variants.map((variant) => trainings.start({ ...order, variant }));
    if (opensPanelOnTrain(experiment)) panels.show(runs, placeOfPanel());
  }
}
