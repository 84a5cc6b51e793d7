/**
 * What an editor can ask about experiment files, with no editor and no connection in it. One object, made by one
 * function; `server.ts` turns a connection's calls into calls of this.
 *
 * Each thing is shown once. VS Code's own JSON support always reports broken syntax and repeated keys, so those are left
 * to it; everything else is said here, in the words of the command line, and the JSON Schema is contributed in a form
 * that completes and explains but reports nothing (`media/experiment.schema.json`). Measured with the JSON language
 * service of VS Code: for an unknown method the schema would say 'Value must be "unconstrained".' What the schema
 * completes and explains is not repeated here: only what the data say is added.
 */
import path from 'node:path';
import type {
  CodeAction,
  CodeActionContext,
  CompletionItem,
  CompletionList,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  LocationLink,
} from 'vscode-languageserver';
import { constantColumns } from '../data/constantColumns';
import type { DataReader, InspectOptions } from '../data/dataReader';
import type { ExperimentOutline } from '../experiment/outline';
import { parseExperiment } from '../experiment/parse';
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { DataDescription } from '../protocol/languageMessages';
import { hasErrors, type Position, type Problem, type Range } from '../protocol/problems';
import { isRecordedCopy } from '../runs/recordedCopy';
import { inspectExperiment } from '../weights/inspectExperiment';
import { codeActionsAt } from './codeActions';
import { completionsAt, resolvedCompletion } from './completion/completion';
import { type DataPattern, dataPatterns } from './dataPatterns';
import { DataProblems } from './dataProblems';
import { definitionsAt, linksOf } from './definition';
import type { ExperimentText } from './document';
import { foldingOf } from './folding';
import { hoverAt } from './hover/hover';
import { sweepHoverAt } from './hover/sweep';
import { type LensPlace, lensPlaces, steadyOutline, sweepLenses } from './lenses';
import { symbolsOf } from './symbols';

/** Said by the editor's JSON support already. */
const SAID_BY_JSON: ReadonlySet<string> = new Set(['experiment.syntax', 'experiment.duplicate-field']);

export interface LanguageServiceOptions {
  reader: DataReader;
  /** Whether data files may be opened; asked each time, since trust can be given later. */
  mayReadData: () => boolean;
  /** What speaks against the engines that an experiment names. */
  checkEngines(experiment: Experiment): ProblemAtPath[];
  describeFile(file: string): Promise<DataDescription>;
  /** Absolute path of the folder that holds an experiment's runs. */
  runsFolder(document: ExperimentText): Promise<string>;
  /** Ask for the problems of this document again: its data have been looked at. */
  problemsChanged(uri: string): void;
  failed(error: unknown): void;
  pauseMs?: number;
  freshMs?: number;
}

export interface LanguageService {
  /** At once, with what is known of the data; more comes by `problemsChanged`. */
  problems(document: ExperimentText): Problem[];
  lenses(document: ExperimentText): LensPlace[];
  /** What is asked of the data ends with the signal, and the promise then rejects with its reason. */
  completions(document: ExperimentText, position: Position, signal?: AbortSignal): Promise<CompletionList>;
  /** With what is too much for a list. */
  resolveCompletion(item: CompletionItem, document: ExperimentText, signal?: AbortSignal): Promise<CompletionItem>;
  hover(document: ExperimentText, position: Position, signal?: AbortSignal): Promise<Hover | null>;
  codeActions(document: ExperimentText, range: Range, context: CodeActionContext): CodeAction[];
  symbols(document: ExperimentText): DocumentSymbol[];
  folding(document: ExperimentText): FoldingRange[];
  definitions(document: ExperimentText, position: Position): Promise<LocationLink[]>;
  links(document: ExperimentText): Promise<DocumentLink[]>;
  describeData(file: string): Promise<DataDescription>;
  /** Inputs and targets of a draft that are the same in every row; none while data may not be read. */
  findConstant(text: string, options: InspectOptions): Promise<string[]>;
  /** Which files the document's problems depend on; none while data may not be read. */
  dataPatterns(document: ExperimentText): DataPattern[];
  /** Some of those files have changed. */
  dataChanged(): void;
  /** The document was closed. */
  forget(uri: string): void;
  dispose(): void;
}

export function createLanguageService(options: LanguageServiceOptions): LanguageService {
  const { reader, mayReadData } = options;
  const dataProblems = new DataProblems({
    inspect: (experiment, inspectOptions) => inspectExperiment(reader, experiment, inspectOptions),
    changed: options.problemsChanged,
    failed: options.failed,
    pauseMs: options.pauseMs,
    freshMs: options.freshMs,
  });
  const outlines = new Map<string, ExperimentOutline>();
  /** A run's copy of its experiment is a record: nothing in it is to be mended, and its data lie elsewhere. */
  const readerFor = (document: ExperimentText, signal?: AbortSignal): DataReader | null => {
    if (!mayReadData() || isRecordedCopy(document.path)) return null;
    return signal === undefined ? reader : reader.until(signal);
  };

  const service: LanguageService = {
    problems(document) {
      if (isRecordedCopy(document.path)) return [];
      const { experiment, problems, toProblem } = parseExperiment(document.text);
      const own = problems.filter(({ code }) => !SAID_BY_JSON.has(code));
      if (experiment === null) return own;
      const ofData = mayReadData() ? dataProblems.of(document.uri, experiment, path.dirname(document.path)) : [];
      return [...own, ...[...options.checkEngines(experiment), ...ofData].map(toProblem)];
    },

    lenses(document) {
      if (isRecordedCopy(document.path)) return [];
      const { experiment, problems } = parseExperiment(document.text);
      const isWhole = !problems.some(({ code }) => code === 'experiment.syntax');
      const outline = steadyOutline(document.text, isWhole, outlines.get(document.uri) ?? null);
      outlines.set(document.uri, outline);
      return [...lensPlaces(outline), ...sweepLenses(document.text, hasErrors(problems) ? null : experiment)];
    },

    async completions(document, position, signal) {
      if (isRecordedCopy(document.path)) return { isIncomplete: false, items: [] };
      return completionsAt(document, position, readerFor(document, signal));
    },

    resolveCompletion: (item, document, signal) => resolvedCompletion(item, document, readerFor(document, signal)),

    async hover(document, position, signal) {
      const ofSweep = sweepHoverAt(document.text, position);
      if (ofSweep !== null) return ofSweep;
      const reader = readerFor(document, signal);
      return reader === null ? null : hoverAt(document, position, reader);
    },

    codeActions(document, range, context) {
      return isRecordedCopy(document.path)
        ? []
        : codeActionsAt(document, range, context, () => service.problems(document));
    },

    symbols: ({ text }) => symbolsOf(text),

    folding: ({ text }) => foldingOf(text),

    definitions: (document, position) =>
      definitionsAt(document, position, {
        reader: readerFor(document),
        runsFolder: () => options.runsFolder(document),
      }),

    async links(document) {
      const reader = readerFor(document);
      return reader === null ? [] : linksOf(document, reader);
    },

    async describeData(file) {
      if (!mayReadData()) return { problem: 'Data files are read only in a trusted workspace. Trust it first.' };
      if (!path.isAbsolute(file)) return { problem: `"${file}" is no absolute path.` };
      return options.describeFile(file);
    },

    async findConstant(text, place) {
      return mayReadData() && path.isAbsolute(place.directory) ? constantColumns(options.reader, text, place) : [];
    },

    dataPatterns(document) {
      return readerFor(document) === null ? [] : dataPatterns(document.text, path.dirname(document.path));
    },

    dataChanged: () => dataProblems.recheck(),

    forget(uri) {
      outlines.delete(uri);
      dataProblems.forget(uri);
    },

    dispose() {
      dataProblems.dispose();
      reader.dispose();
    },
  };
  return Object.freeze(service);
}
