/** What is wrong with an experiment's data, from metadata and aggregates only: for checking while a person types. */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import { checkFacts } from './checks';
import { describeFailure } from './errors';
import { findSource, type Survey, surveyData, withDatabase } from './survey';

/** Surveys last made, by what they depend on: typing in `variants` asks nothing new of the data. */
const recent = new Map<string, Survey>();
const RECENT_LIMIT = 16;

export async function inspectData(
  experiment: Experiment,
  { directory, seconds = 10 }: { directory: string; seconds?: number },
): Promise<ProblemAtPath[]> {
  const survey = await withDatabase(experiment, directory, async (database): Promise<Survey> => {
    const { source, problems } = await findSource(database, experiment, directory);
    if (source === null) return { facts: null, problems };
    const key = JSON.stringify([source.stamp, experiment.data, experiment.constraint]);
    const known = readsFiles(experiment.data.query) ? undefined : recent.get(key);
    if (known !== undefined) return known;
    const made = await surveyData(database, experiment, source, { materialize: false, seconds });
    recent.set(key, made);
    if (recent.size > RECENT_LIMIT) recent.delete(recent.keys().next().value!);
    return made;
  }).catch((error: unknown): Survey => ({ facts: null, problems: [describeFailure(error)] }));
  return [
    ...survey.problems.map(withoutVerdict),
    ...(survey.facts === null ? [] : checkFacts(experiment, survey.facts)),
  ];
}

/** Files that a query names itself may change unseen: whatever might be one's path or reader counts. */
function readsFiles(query = ''): boolean {
  return /\b(read|glob|parquet|sniff)\w*\s*\(|(['"])[^'"]*[/\\.][^'"]*\2/i.test(query);
}

/** Training gives a query more time than a check does, so that a slow one is no error yet. */
function withoutVerdict(problem: ProblemAtPath): ProblemAtPath {
  if (problem.code !== 'data.query-too-slow') return problem;
  return {
    ...problem,
    severity: 'warning',
    message: `${problem.message} Training gives it more time than this check.`,
  };
}
