/**
 * From text to an experiment and everything wrong with it that needs no data to know. Never throws: what a person
 * typed gives problems with a place, never an exception.
 */
import { getNodeValue, type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { ExperimentEdit, Problem } from '../protocol/problems';
import { checkExperiment } from './checks';
import { withFixes } from './fixes';
import { allIssues } from './hiddenIssues';
import { describeIssues } from './issues';
import { MOST_LEVELS, parseJsonText, repeatedFields, tooDeepAt } from './jsonText';
import { type Locate, locateIn, toProblem } from './locate';
import { positionsOf } from './positions';
import type { JsonPath, ProblemAtPath } from './problems';
import { type Experiment, experimentSchema } from './schema';
import { valueAt } from './schemaAt';

export interface ParsedExperiment {
  /** `null` when a problem is an error that leaves no experiment to speak of. */
  experiment: Experiment | null;
  problems: Problem[];
  locate: Locate;
  /** Places further problems, such as those of the data, in the same text. */
  toProblem(problem: ProblemAtPath): Problem;
}

export function parseExperiment(text: string): ParsedExperiment {
  const errors: ParseError[] = [];
  const root = parseJsonText(text, errors);
  const positions = positionsOf(text);
  const locate = locateIn(text, root, positions);
  const place = { locate, toProblem: (problem: ProblemAtPath): Problem => toProblem(problem, locate) };

  const tooDeep = tooDeepAt(text);
  if (tooDeep !== null) {
    const message = `The text is nested deeper than ${MOST_LEVELS} levels here, and an experiment needs four. Close the brackets before, or remove this.`;
    const range = positions.rangeOf(tooDeep, 1);
    return {
      experiment: null,
      problems: [{ code: 'experiment.too-deep', severity: 'error', message, range }],
      ...place,
    };
  }
  if (root === undefined && !errors.some(({ length }) => length > 0)) {
    const message =
      'The file is empty. An experiment needs at least "data", "constraint" and "variants", such as { "data": { "source": "data.csv", "inputs": ["a"], "targets": ["b"] }, "constraint": { "min": 0 }, "variants": { "penalty": { "method": "penalty" } } }.';
    return { experiment: null, problems: [place.toProblem(error('experiment.empty', message))], ...place };
  }
  if (errors.length > 0 || root === undefined) {
    const problems = distinctPlaces(errors).map(
      (syntax): Problem => ({
        code: 'experiment.syntax',
        severity: 'error',
        message: syntaxMessage(syntax, text),
        range: positions.rangeOf(syntax.offset, syntax.length),
      }),
    );
    return { experiment: null, problems, ...place };
  }

  const repeats = repeatedFields(root);
  const repeated = repeats.map(
    ({ key }): Problem => ({
      code: 'experiment.duplicate-field',
      severity: 'error',
      message: `"${key.value}" stands here a second time, and only the last would count. Remove one of the two.`,
      range: positions.rangeOf(key.offset, key.length),
    }),
  );
  const value: unknown = getNodeValue(root);
  const result = experimentSchema.safeParse(value);
  const experiment = result.success ? withOpenLayers(result.data, value) : null;
  const all = experiment
    ? checkExperiment(experiment, value)
    : describeIssues(allIssues(result.error?.issues ?? [], value), value);
  const found = all.flatMap((each) => withoutRepeated(each, repeats));
  const problems = [...repeated, ...found.map(place.toProblem)];
  return { experiment: repeated.length === 0 ? experiment : null, problems, ...place };
}

/** Hidden layers that were not written follow from the network to start from, and have no default then. */
function withOpenLayers(experiment: Experiment, root: unknown): Experiment {
  const { network } = experiment;
  const isOpen = network.from !== undefined && valueAt(root, ['network', 'hidden']) === undefined;
  return isOpen ? { ...experiment, network: { ...network, hidden: null } } : experiment;
}

function error(code: string, message: string): ProblemAtPath {
  return { code, severity: 'error', message, path: [] };
}

/** One mistake makes the parser stumble several times at one place; the first stumble says it. */
function distinctPlaces(errors: readonly ParseError[]): ParseError[] {
  return errors.filter((each, index) => index === 0 || each.offset > errors[index - 1]!.offset + 1).slice(0, 5);
}

function syntaxMessage({ error, offset, length }: ParseError, text: string): string {
  const found = text.slice(offset, offset + length);
  const here = length === 0 || found.trim() === '' ? 'the text ends' : `there is ${shorten(found)}`;
  switch (printParseErrorCode(error)) {
    case 'InvalidSymbol':
      return `${shorten(found)} is no JSON value. Texts and names stand in double quotes.`;
    case 'InvalidNumberFormat':
      return `${shorten(found)} is no number. Write it like 0.5 or 1e-3.`;
    case 'PropertyNameExpected':
      return `A field name in double quotes is expected, but ${here}.`;
    case 'ValueExpected':
      return `A value is expected, but ${here}.`;
    case 'ColonExpected':
      return `A colon is expected after the field name, but ${here}.`;
    case 'CommaExpected':
      return `A comma is expected before the next entry, but ${here}.`;
    case 'CloseBraceExpected':
      return `A closing brace } is missing: ${here}.`;
    case 'CloseBracketExpected':
      return `A closing bracket ] is missing: ${here}.`;
    case 'EndOfFileExpected':
      return `The experiment has ended before this; ${shorten(found)} is too much.`;
    case 'UnexpectedEndOfComment':
      return 'This comment is never closed. End it with */.';
    case 'UnexpectedEndOfString':
      return `This text is never closed. End it with a double quote.`;
    case 'UnexpectedEndOfNumber':
      return `${shorten(found)} is an unfinished number.`;
    case 'InvalidUnicode':
    case 'InvalidEscapeCharacter':
      return `${shorten(found)} holds an unknown escape. A backslash itself is written as \\\\.`;
    case 'InvalidCharacter':
      return `${shorten(found)} holds a character that has to be escaped, such as a line break or a tab (\\n, \\t).`;
    default:
      return `${shorten(found)} is not expected here.`;
  }
}

function shorten(found: string): string {
  const line = found.split(/[\r\n]/)[0]!;
  return line.length > 30 ? `${line.slice(0, 30)}…` : line;
}

/** Which of two values counts is to be settled first: until then nothing is said of it, and no fix goes there. */
function withoutRepeated(problem: ProblemAtPath, repeats: readonly { path: JsonPath }[]): ProblemAtPath[] {
  const isWithin = (path: JsonPath): boolean =>
    repeats.some((repeat) => repeat.path.every((key, index) => key === path[index]));
  if (repeats.length === 0) return [problem];
  if (isWithin(problem.path)) return [];
  const isSettled = ({ path }: ExperimentEdit): boolean => !isWithin(path);
  const { fixes = [], ...rest } = problem;
  return [{ ...rest, ...withFixes(fixes.filter(({ edits }) => edits.every(isSettled))) }];
}
