/**
 * What is wrong with the data of open experiments, looked for in the background: an answer is given at once from what
 * is known, and whoever asked is told to ask again when more is. Answers about an older text, or about files that have
 * changed since, are dropped.
 */
import type { DataReader } from '../data/dataReader';
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';

export interface DataProblemsOptions {
  inspect: DataReader['inspect'];
  /** Another answer than before is there for this document. */
  changed(document: string): void;
  /** An inspection itself failed; there is nothing to say about the data then. */
  failed(error: unknown): void;
  /** Typing goes on for a while; the data are looked at when it pauses. The reader remembers, so that is soon. */
  pauseMs?: number;
  /** Data files may change without a word: an answer older than this is given, and looked for again. */
  freshMs?: number;
}

const PAUSE_MS = 40;
const FRESH_MS = 5000;

/** What is asked of one document. */
interface Question {
  readonly experiment: Experiment;
  readonly directory: string;
  readonly key: string;
  /** Of the data section: while it stays, old answers are better than none. */
  readonly dataKey: string;
}

interface Answer {
  readonly question: Question;
  readonly problems: readonly ProblemAtPath[];
  readonly madeAt: number;
}

interface Watched {
  asked: Question;
  answer: Answer | null;
  /** Ends what is looked for, or the pause before it; `null` while nothing is. */
  pending: { question: Question; abort: AbortController } | null;
}

export class DataProblems {
  readonly #documents = new Map<string, Watched>();

  constructor(private readonly options: DataProblemsOptions) {}

  /** What is known now; looks for more when that is of another text or old. */
  of(document: string, experiment: Experiment, directory: string): readonly ProblemAtPath[] {
    const question = questionOf(experiment, directory);
    const watched = this.#documents.get(document) ?? { asked: question, answer: null, pending: null };
    this.#documents.set(document, watched);
    watched.asked = question;
    const { answer } = watched;
    const isFresh =
      answer?.question.key === question.key && performance.now() - answer.madeAt < (this.options.freshMs ?? FRESH_MS);
    // What is under way for a text that was left again must not take the place of what is known of this one.
    if (isFresh) cancel(watched);
    else if (watched.pending?.question.key !== question.key) this.#look(document, watched);
    return shown(watched);
  }

  /** Data files have changed: what is known may be wrong, and what is being looked for too. */
  recheck(): void {
    for (const [document, watched] of this.#documents) {
      if (watched.answer !== null) watched.answer = { ...watched.answer, madeAt: Number.NEGATIVE_INFINITY };
      this.#look(document, watched);
    }
  }

  forget(document: string): void {
    const watched = this.#documents.get(document);
    if (watched !== undefined) cancel(watched);
    this.#documents.delete(document);
  }

  dispose(): void {
    for (const document of [...this.#documents.keys()]) this.forget(document);
  }

  #look(document: string, watched: Watched): void {
    cancel(watched);
    const question = watched.asked;
    const abort = new AbortController();
    const pending = { question, abort };
    watched.pending = pending;
    const isCurrent = (): boolean => watched.pending === pending;
    const timer = setTimeout(async () => {
      try {
        const problems = await this.options.inspect(question.experiment, {
          directory: question.directory,
          signal: abort.signal,
          partly: (problems) => isCurrent() && this.#tellPart(document, watched, problems),
        });
        if (isCurrent()) this.#tell(document, watched, problems);
      } catch (error) {
        // An inspection that was ended for a newer one has nothing to tell.
        if (!isCurrent()) return;
        this.options.failed(error);
        this.#tell(document, watched, []);
      }
    }, this.options.pauseMs ?? PAUSE_MS);
    abort.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  /** The first half of an answer is shown where nothing is; it never takes back what an earlier whole one said. */
  #tellPart(document: string, watched: Watched, problems: readonly ProblemAtPath[]): void {
    const question = watched.asked;
    if (problems.length === 0 || watched.answer?.question.dataKey === question.dataKey) return;
    // Never fresh: the whole one is under way.
    watched.answer = { question, problems, madeAt: Number.NEGATIVE_INFINITY };
    this.options.changed(document);
  }

  #tell(document: string, watched: Watched, problems: readonly ProblemAtPath[]): void {
    const before = shown(watched);
    watched.answer = { question: watched.pending!.question, problems, madeAt: performance.now() };
    watched.pending = null;
    if (JSON.stringify(before) !== JSON.stringify(shown(watched))) this.options.changed(document);
  }
}

function questionOf(experiment: Experiment, directory: string): Question {
  return {
    experiment,
    directory,
    key: JSON.stringify([experiment, directory]),
    dataKey: JSON.stringify([experiment.data, directory]),
  };
}

/** While the data section stays the same, old squiggles stay rather than flicker. */
function shown({ asked, answer }: Watched): readonly ProblemAtPath[] {
  return answer?.question.dataKey === asked.dataKey ? answer.problems : [];
}

function cancel(watched: Watched): void {
  watched.pending?.abort.abort();
  watched.pending = null;
}
