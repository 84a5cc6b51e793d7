/** The command that makes an experiment for a data file: file, targets, inputs, each with a way back, then the text. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { ProgressLocation, Uri, window, workspace } from 'vscode';
import { type InputProposal, notTaken, proposeInputs } from '../experiment/draft/proposeInputs';
import { type LeftOut, proposeTargets, type TargetProposal } from '../experiment/draft/proposeTargets';
import { whyNoExperiment } from '../experiment/draft/refusals';
import { settleDraft } from '../experiment/draft/settleDraft';
import type { ColumnProfile } from '../protocol/columns';
import type { DataDescription } from '../protocol/languageMessages';
import { inputChoices, targetChoices } from './columnChoices';
import { askDataFile, freeExperiment } from './dataFiles';
import { isTrusted } from './experimentTarget';
import type { LanguageFeatures } from './languageFeatures';
import { pickMany } from './pickMany';
import { showNewExperiment } from './showDocument';

export interface NewExperimentOptions {
  features: Pick<LanguageFeatures, 'describeData' | 'findConstant'>;
}

interface DescribedData {
  readonly columns: ColumnProfile[];
  readonly rows: number;
}

interface Roles {
  readonly targets: readonly TargetProposal[];
  readonly inputs: readonly InputProposal[];
  /** Columns that are neither, with reasons. */
  readonly leftOut: readonly LeftOut[];
}

/** Targets and inputs. */
const STEPS = 2;

export class NewExperimentCommands {
  constructor(private readonly options: NewExperimentOptions) {}

  /** Of the data file given, or one that is asked for. Nothing is left behind where the person stops. */
  async newExperiment(argument?: unknown): Promise<void> {
    const restricted = l10n.t(
      'Data files are not read in restricted mode. Trust this workspace to make an experiment for one.',
    );
    if (!(await isTrusted(restricted))) return;
    const given = argument instanceof Uri ? argument : undefined;
    for (;;) {
      const data = given ?? (await askDataFile(title()));
      if (data === undefined) return;
      const described = await this.#describe(data);
      if (described === null) return;
      const roles = await chooseRoles(data, described, given === undefined ? 1 : 0);
      if (roles === 'back') continue;
      const text = roles === undefined ? null : await this.#draft(data, described, roles);
      if (text !== null) await write(data, text);
      return;
    }
  }

  /** `null` when the person stopped it, or was told why there is nothing to be made of it. */
  async #describe(data: Uri): Promise<DescribedData | null> {
    const name = path.posix.basename(data.path);
    if (data.scheme !== 'file') {
      const text = l10n.t('An experiment needs a data file on a disk, and {0} is not on one.', data.toString(true));
      void window.showErrorMessage(text);
      return null;
    }
    const options = { location: ProgressLocation.Notification, title: l10n.t('Reading {0}', name), cancellable: true };
    const described = await window.withProgress(options, (_progress, token) =>
      this.options.features.describeData(data.fsPath, token),
    );
    if (described === null) return null;
    const problem = problemOf(name, described);
    if (problem === null) return described as DescribedData;
    void window.showErrorMessage(l10n.t('There can be no experiment for {0}. {1}', name, problem));
    return null;
  }

  /** The experiment's text, after a second look at the data; `null` as above. */
  async #draft(data: Uri, { rows, columns }: DescribedData, roles: Roles): Promise<string | null> {
    const name = path.posix.basename(data.path);
    const directory = path.dirname(data.fsPath);
    const options = { location: ProgressLocation.Notification, title: l10n.t('Reading {0}', name), cancellable: true };
    return window.withProgress(options, async (_progress, token) => {
      let isCancelled = false;
      const draft = await settleDraft({ source: name, rows, columns, ...roles }, async (text) => {
        const constant = await this.options.features.findConstant({ text, directory }, token);
        isCancelled ||= constant === null;
        return constant ?? [];
      });
      if (isCancelled) return null;
      if ('text' in draft) return draft.text;
      void window.showErrorMessage(l10n.t('There can be no experiment for {0}. {1}', name, draft.problem));
      return null;
    });
  }
}

function title(): string {
  return l10n.t('New experiment from data file');
}

function problemOf(name: string, described: DataDescription): string | null {
  return 'problem' in described ? described.problem : whyNoExperiment(name, described.rows, described.columns);
}

/** Two steps, forth and back, after so many others; what was ticked stays ticked. */
async function chooseRoles(
  data: Uri,
  { columns }: DescribedData,
  stepsBefore: number,
): Promise<Roles | 'back' | undefined> {
  const name = path.posix.basename(data.path);
  const { items, picked: best } = targetChoices(proposeTargets(columns));
  let ticked = best;
  for (;;) {
    const targets = await pickMany({
      title: l10n.t('{0}: what shall the network learn to give?', name),
      step: stepsBefore + 1,
      totalSteps: stepsBefore + STEPS,
      placeholder: l10n.t('Tick the targets; those that are never negative come first'),
      items,
      picked: ticked,
      hasBack: stepsBefore > 0,
      nothingPicked: l10n.t('{0}: tick one target at least', name),
    });
    if (targets === undefined || targets === 'back') return targets;
    ticked = targets;
    const roles = await chooseInputs(
      name,
      columns,
      targets.map(({ value }) => value),
      stepsBefore,
    );
    if (roles !== 'back') return roles;
  }
}

async function chooseInputs(
  name: string,
  columns: readonly ColumnProfile[],
  targets: readonly TargetProposal[],
  stepsBefore: number,
): Promise<Roles | 'back' | undefined> {
  const proposals = proposeInputs(columns, targets);
  const { items, picked } = inputChoices(proposals);
  const chosen = await pickMany({
    title: l10n.t('{0}: what shall the network take?', name),
    step: stepsBefore + 2,
    totalSteps: stepsBefore + STEPS,
    placeholder:
      items.length === 0
        ? l10n.t('Beside the targets no column can be an input. Go back and tick fewer.')
        : l10n.t('Tick the inputs'),
    items,
    picked,
    hasBack: true,
    nothingPicked: l10n.t('{0}: tick one input at least', name),
  });
  if (chosen === undefined || chosen === 'back') return chosen;
  const inputs = chosen.map(({ value }) => value);
  return { targets, inputs, leftOut: notTaken(proposals, inputs) };
}

async function write(data: Uri, text: string): Promise<void> {
  const experiment = await freeExperiment(data);
  try {
    await workspace.fs.writeFile(experiment, new TextEncoder().encode(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(l10n.t('{0} could not be written: {1}', experiment.fsPath, reason));
    return;
  }
  await showNewExperiment(experiment);
}
