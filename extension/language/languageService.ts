/**
 * What an editor can ask about experiment files, with no editor and no connection in it. One object, made by one
 * function; `server.ts` turns a connection's calls into calls of this.
 *
 * Each fault is shown once. VS Code's own JSON support always reports broken syntax and repeated keys, so those are left
 * to it; everything else is said here, in the words of the command line, and the JSON Schema is contributed in a form
 * that completes and explains but reports nothing (`media/experiment.schema.json`). Measured with the JSON language
 * service of VS Code: for an unknown method the schema would say 'Value must be "unconstrained".'
 */
import path from 'node:path';
import type { ExperimentOutline } from '../experiment/outline';
import { parseExperiment } from '../experiment/parse';
import type { Problem } from '../protocol/problems';
import { isRecordedCopy } from '../runs/recordedCopy';
import { DataProblems, type InspectData } from './dataProblems';
import { type LensPlace, lensPlaces, steadyOutline } from './lenses';

/** Said by the editor's JSON support already. */
const SAID_BY_JSON: ReadonlySet<string> = new Set(['experiment.syntax', 'experiment.duplicate-field']);

/** A document as it is in the editor. */
export interface ExperimentText {
  uri: string;
  /** Absolute path. */
  path: string;
  text: string;
}

export interface LanguageServiceOptions {
  inspectData: InspectData;
  /** Whether data files may be opened; asked each time, since trust can be given later. */
  mayReadData: () => boolean;
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
  /** The document was closed. */
  forget(uri: string): void;
  dispose(): void;
}

export function createLanguageService(options: LanguageServiceOptions): LanguageService {
  const dataProblems = new DataProblems({
    inspect: options.inspectData,
    changed: options.problemsChanged,
    failed: options.failed,
    pauseMs: options.pauseMs,
    freshMs: options.freshMs,
  });
  const outlines = new Map<string, ExperimentOutline>();

  return Object.freeze({
    problems(document: ExperimentText): Problem[] {
      if (isRecordedCopy(document.path)) return [];
      const { experiment, problems, toProblem } = parseExperiment(document.text);
      const own = problems.filter(({ code }) => !SAID_BY_JSON.has(code));
      if (experiment === null || !options.mayReadData()) return own;
      const ofData = dataProblems.of(document.uri, experiment, path.dirname(document.path));
      return [...own, ...ofData.map(toProblem)];
    },

    lenses(document: ExperimentText): LensPlace[] {
      if (isRecordedCopy(document.path)) return [];
      const isWhole = !parseExperiment(document.text).problems.some(({ code }) => code === 'experiment.syntax');
      const outline = steadyOutline(document.text, isWhole, outlines.get(document.uri) ?? null);
      outlines.set(document.uri, outline);
      return lensPlaces(outline);
    },

    forget(uri: string): void {
      outlines.delete(uri);
      dataProblems.forget(uri);
    },

    dispose(): void {
      dataProblems.dispose();
    },
  });
}
