/**
 * The language of the Runs view's filter: words that all must match, pure and without an editor.
 *
 *     penalty -lost note:"second try" loss<0.5 outside<=1% starred
 *
 * A word is looked for in the title, variant, method, experiment, id, note and what a sweep sets; a status or verdict matches from its
 * beginning, so that "feasible" is not "infeasible". `field:word` looks in one of them, `-` turns a word around, quotes
 * keep several together. Whatever isn't of this form is looked for as it stands: no text is an error.
 */
import path from 'node:path';
import { assignmentWords } from '../protocol/sweepFiles';
import { headlineFigures, type Run } from './runStore';
import { statusLook } from './runText';

export type RunTest = (run: Run) => boolean;

type Words = (run: Run) => string[];

/** Matched anywhere. */
const TEXTS: Readonly<Record<string, Words>> = {
  title: ({ notes }) => [notes.title],
  variant: ({ state }) => [state.variant],
  method: ({ method }) => [method ?? ''],
  experiment: ({ state }) => [path.basename(state.experiment, '.orthant.json')],
  run: ({ state }) => [state.run],
  note: ({ notes }) => [notes.note],
  sweep: ({ sweep }) => (sweep === undefined ? [] : [sweep.id, assignmentWords(sweep.assignments, { withSeed: true })]),
};

/** Matched from the beginning; a status by its name in files and by the word that the view shows. */
const STATES: Readonly<Record<string, Words>> = {
  status: ({ state }) => [state.status, statusLook(state.status).word],
  verdict: ({ summary }) => [summary?.verdict?.kind ?? 'unknown'],
};

const NUMBERS: Readonly<Record<string, (run: Run) => number | null>> = {
  loss: (run) => headlineFigures(run)?.figures.loss ?? null,
  rmse: (run) => headlineFigures(run)?.figures.rmse ?? null,
  outside: (run) => headlineFigures(run)?.figures.negativeShare ?? null,
};

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
};

/** The flag of a person, by the word that the menus use. */
const STARRED = 'starred';

export function runFilter(text: string): RunTest {
  const tests = wordsIn(text).map(({ word, isNegated, isQuoted }): RunTest => {
    const test = isQuoted ? anywhere(word) : testOf(word);
    return isNegated ? (run) => !test(run) : test;
  });
  return (run) => tests.every((test) => test(run));
}

interface Word {
  word: string;
  isNegated: boolean;
  isQuoted: boolean;
}

/** `-` before a word negates it, alone it is a word; a quote that isn't closed goes to the end, as while one types. */
function wordsIn(text: string): Word[] {
  const found = text.toLowerCase().matchAll(/(-?)((?:\w+:)?)(?:"([^"]*)"?|(\S+))/g);
  return [...found].flatMap(([, minus = '', field = '', quoted, plain]): Word[] => {
    const word = quoted ?? plain ?? '';
    if (word === '') return [];
    return [{ word: field + word, isNegated: minus === '-', isQuoted: quoted !== undefined && field === '' }];
  });
}

function testOf(word: string): RunTest {
  if (word === STARRED) return ({ notes }) => notes.isStarred;
  const [, field = '', value = ''] = /^(\w+):(.+)$/s.exec(word) ?? [];
  const texts = ownEntry(TEXTS, field);
  if (texts !== undefined) return (run) => texts(run).some((each) => each.toLowerCase().includes(value));
  const states = ownEntry(STATES, field);
  if (states !== undefined) return (run) => states(run).some((each) => each.toLowerCase().startsWith(value));
  return comparison(word) ?? anywhere(word);
}

/** `loss<0.5`, `outside>=1%`; a run without the figure never matches. */
function comparison(word: string): RunTest | null {
  const [, name = '', operator = '', number = '', percent = ''] =
    /^(\w+)(<=|>=|<|>|=)(\d*\.?\d+(?:e[+-]?\d+)?)(%?)$/.exec(word) ?? [];
  const figure = ownEntry(NUMBERS, name);
  const compare = COMPARISONS[operator];
  if (figure === undefined || compare === undefined) return null;
  const limit = percent === '' ? Number(number) : Number(number) / 100;
  return (run) => {
    const value = figure(run);
    return value !== null && compare(value, limit);
  };
}

function anywhere(word: string): RunTest {
  const texts = Object.values(TEXTS);
  const states = Object.values(STATES);
  return (run) =>
    texts.some((words) => words(run).some((each) => each.toLowerCase().includes(word))) ||
    states.some((words) => words(run).some((each) => each.toLowerCase().startsWith(word)));
}

function ownEntry<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
