/**
 * Fixes for what the schema refuses. Each is a guess from the value that is there, and is given only if the schema finds
 * less wrong with what it leaves: so no guess has to know what the schema wants, and none makes it worse.
 */
import { METHODS } from '../methods/registry';
import type { JsonValue, ProblemFix } from '../protocol/problems';
import { certainColumn, certainName } from './certainNames';
import { editExperiment, NoPlaceError } from './editFields';
import { changeTo, fix, namedFixes, preferredIfOnly, removeField, renameField } from './fixes';
import { allIssues } from './hiddenIssues';
import { nearestNames } from './names';
import type { JsonPath } from './problems';
import { experimentSchema, trainingSchema } from './schema';
import { hasDefault, isWholeNumber, shapeAt, valueAt } from './schemaAt';
import { STARTING_CONSTRAINT, STARTING_VARIANTS } from './starters';

/** Each look at a fix reads the whole experiment again; a text with more mistakes than that is another kind of thing. */
const MOST_TRIALS = 60;
/** Of the text in all looks together, in characters, and of what is wrong with it: where there is much, looks are few. */
const MOST_READ = 1_000_000;
const MOST_ISSUES = 20_000;
const MOST_FIXES = 4;
/** Names for which near ones are looked for. */
const MOST_GUESSED = 50;

export class IssueFixes {
  #trials = 0;
  readonly #text: string;
  readonly #issues: number;
  readonly #guesses = new Map<string, readonly string[]>();

  /** `root` is the experiment as JSON has it. */
  constructor(private readonly root: unknown) {
    this.#text = JSON.stringify(root);
    this.#issues = countIssues(root);
  }

  /** Known names near one that is not known; none for what comes behind the first names that were asked for. */
  namesNear(name: string, known: readonly string[]): readonly string[] {
    const key = JSON.stringify([name, known]);
    const guessed = this.#guesses.get(key);
    if (guessed !== undefined || this.#guesses.size >= MOST_GUESSED) return guessed ?? [];
    const near = nearestNames(name, known);
    this.#guesses.set(key, near);
    return near;
  }

  missingField(path: JsonPath): ProblemFix[] {
    const key = path.at(-1);
    if (path.length === 1 && key === 'variants') {
      return this.#helping([fix('Add a baseline and a penalty', { kind: 'set', path, value: STARTING_VARIANTS })]);
    }
    if (path.length === 1 && key === 'constraint') {
      return this.#helping([fix('Let no output be negative', { kind: 'set', path, value: STARTING_CONSTRAINT })]);
    }
    return [];
  }

  /** The variant may be called like a method, or have the fields of one. */
  missingMethod(path: JsonPath): ProblemFix[] {
    const owner = path.slice(0, -1);
    const fields = Object.keys(valueAt(this.root, owner) as object);
    const called = String(owner.at(-1));
    const near = this.namesNear(called, METHOD_NAMES);
    const owning = METHODS.filter((method) => fields.some((field) => Object.hasOwn(method.fields.shape, field)));
    const others = owning.length > 0 ? owning.map(({ name }) => name) : ['penalty', 'unconstrained'];
    const setMethod = (name: string): ProblemFix => fix(`Set "method": "${name}"`, { kind: 'set', path, value: name });
    if (near.length > 0) return this.#helping(namedFixes(near, () => certainName(called, METHOD_NAMES), setMethod));
    return this.#helping(others.map(setMethod));
  }

  /** `known` are the fields that may stand there. */
  unknownField(path: JsonPath, known: readonly string[]): ProblemFix[] {
    const key = String(path.at(-1));
    const owner = valueAt(this.root, path.slice(0, -1)) as object;
    const near = this.namesNear(key, known).filter((name) => !Object.hasOwn(owner, name));
    const removal = removeField(path);
    if (near.length > 0) {
      return [
        ...namedFixes(
          near,
          () => certainName(key, known),
          (name) => renameField(path, name),
        ),
        removal,
      ];
    }
    const moves = this.#helping(this.#sectionsWith(path).map((section) => this.#moveTo(path, section)));
    // What one variant has would be moved to where it counts for all of them.
    return [...(path[0] === 'variants' ? moves : preferredIfOnly(moves)), removal];
  }

  /** A field of another method goes, or the method changes to one that has all the fields of the variant. */
  foreignField(path: JsonPath, owners: readonly string[]): ProblemFix[] {
    const method = [...path.slice(0, -1), 'method'];
    const others = owners.map((name) =>
      fix(`Change the method to "${name}"`, { kind: 'set', path: method, value: name }),
    );
    return [removeField(path), ...this.#helping(others)];
  }

  unknownMethod(path: JsonPath, value: unknown): ProblemFix[] {
    if (typeof value !== 'string') return [];
    const certain = (): string | null => certainName(value, METHOD_NAMES);
    return namedFixes(this.namesNear(value, METHOD_NAMES), certain, (name) => changeTo(path, name));
  }

  unknownValue(path: JsonPath, value: unknown, values: readonly string[]): ProblemFix[] {
    const element: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (typeof element !== 'string') return this.#takingDefault(path);
    const certain = (): string | null => certainName(element, values);
    const changes = namedFixes(this.namesNear(element, values), certain, (name) => changeTo(path, name));
    const helping = this.#helping(changes);
    return helping.length > 0 ? helping : this.#takingDefault(path);
  }

  wrongType(path: JsonPath, value: unknown): ProblemFix[] {
    // Nothing stands for what a field is without a value; of an entry nobody knows what it was to be.
    if (value === null) {
      const removal = this.#takingDefault(path);
      if (removal.length > 0 && typeof path.at(-1) === 'number') return removal;
      return preferredIfOnly(this.#helping([removeField(path)]));
    }
    const exact = this.#helping(sameValues(path, value).map((each) => changeTo(path, each)));
    if (exact.length > 0) return preferredIfOnly(exact);
    return [
      ...this.#helping(nearValues(path, value).map((each) => changeTo(path, each))),
      ...this.#takingDefault(path),
    ];
  }

  /** `limit` may be taken itself. A largest allowed number is none that anybody would choose, but in whole numbers. */
  outOfRange(path: JsonPath, value: unknown, limit: number | null, isLowest: boolean): ProblemFix[] {
    const isShare = path.at(-1) === 'validation';
    const asShare = isShare && typeof value === 'number' ? [Number((value / 100).toPrecision(12))] : [];
    const isSensible = isLowest || isShare || isWholeNumber(path, this.root);
    const nearest = limit !== null && isSensible ? [limit] : [];
    const changes = [...asShare, ...nearest].map((each) => changeTo(path, each));
    return [...this.#helping(changes), ...this.#takingDefault(path)];
  }

  /** `1e400` is no number that a computer has. */
  tooLarge(path: JsonPath): ProblemFix[] {
    return this.#takingDefault(path);
  }

  empty(path: JsonPath): ProblemFix[] {
    return this.#takingDefault(path);
  }

  badName(path: JsonPath): ProblemFix[] {
    const name = String(path.at(-1));
    const method = valueAt(this.root, [...path, 'method']);
    const shorter = name === '' ? String(method ?? 'variant') : name.slice(0, 80);
    return this.#helping([renameField(path, shorter)]);
  }

  /** `key` is neither a bound nor a target. */
  unknownTarget(path: JsonPath, known: readonly string[]): ProblemFix[] {
    const isObject = typeof valueAt(this.root, path) === 'object';
    const bounds = Object.keys(shapeAt(['constraint'])!);
    const owner = valueAt(this.root, path.slice(0, -1)) as object;
    const key = String(path.at(-1));
    const near = this.namesNear(key, known).filter(
      (name) => bounds.includes(name) !== isObject && !Object.hasOwn(owner, name),
    );
    const isOurs = near.some((name) => bounds.includes(name));
    const certain = (): string | null => (isOurs ? certainName(key, known) : certainColumn(key, known));
    return [...namedFixes(near, certain, (name) => renameField(path, name)), removeField(path)];
  }

  /** Those that have such a field, which isn't there yet and may have this value. */
  #sectionsWith(path: JsonPath): string[] {
    const key = String(path.at(-1));
    return ['data', 'network', 'constraint', 'training'].filter((section) => {
      const value = valueAt(this.root, [section]);
      const isTaken = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
      const shape = shapeAt([section])!;
      return !isTaken && Object.hasOwn(shape, key) && shape[key]!.safeParse(valueAt(this.root, path)).success;
    });
  }

  #moveTo(path: JsonPath, section: string): ProblemFix {
    const value = valueAt(this.root, path) as JsonValue;
    return fix(
      `Move to "${section}"`,
      { kind: 'remove', path },
      { kind: 'set', path: [section, String(path.at(-1))], value },
    );
  }

  /** Leaves out what is wrong, where something stands in for it. */
  #takingDefault(path: JsonPath): ProblemFix[] {
    const words =
      typeof path.at(-1) === 'number'
        ? 'Remove this entry'
        : path[0] === 'variants' && path.length === 3 && Object.hasOwn(trainingSchema.shape, path[2]!)
          ? `Remove "${path[2]}" to take that of "training"`
          : hasDefault(path, this.root)
            ? `Remove "${path.at(-1)}" to take the default`
            : null;
    return words === null ? [] : this.#helping([fix(words, { kind: 'remove', path })]);
  }

  #helping(fixes: readonly ProblemFix[]): ProblemFix[] {
    return fixes.filter((each) => this.#helps(each)).slice(0, MOST_FIXES);
  }

  #helps({ edits }: ProblemFix): boolean {
    if (++this.#trials > Math.min(MOST_TRIALS, MOST_READ / this.#text.length, MOST_ISSUES / this.#issues)) return false;
    try {
      return countIssues(JSON.parse(editExperiment(this.#text, edits))) < this.#issues;
    } catch (error) {
      if (error instanceof NoPlaceError) return false;
      throw error;
    }
  }
}

const METHOD_NAMES = METHODS.map(({ name }) => name);

/** What says the same in another kind of value. */
function sameValues(path: JsonPath, value: unknown): JsonValue[] {
  if (Array.isArray(value)) return value.length === 1 ? [value[0] as JsonValue] : [];
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const number = numberIn(value);
  const truth = /^(true|yes|on|1)$/i.test(String(value))
    ? true
    : /^(false|no|off|0)$/i.test(String(value))
      ? false
      : null;
  return [
    ...(number === null ? [] : [number]),
    ...(truth === null ? [] : [truth]),
    ...(typeof path.at(-1) === 'number' ? [String(value)] : []),
    [value],
    // Which side is meant, only a person knows.
    ...(number !== null && path[0] === 'constraint' ? [{ min: number }, { max: number }] : []),
    ...(path[0] === 'variants' ? [{ method: value }] : []),
  ];
}

/** What was perhaps meant. */
function nearValues(path: JsonPath, value: unknown): JsonValue[] {
  if (Array.isArray(value)) return path.length === 1 && value.length === 0 ? [STARTING_VARIANTS] : [];
  const number = numberIn(value);
  return number === null ? [] : [Math.round(number)];
}

/** `5`, `1e-3`, `0,5` and `20 %`, as text or as it is; `null` for what may be several numbers, such as `1,000`. */
function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || /^\s*[-+]?[1-9]\d{0,2}(,\d{3})+(?!\d)/.test(value)) return null;
  const [, digits, percent] = /^\s*([-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?)\s*(%?)\s*$/i.exec(value) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits.replace(',', '.'));
  return percent === '%' ? Number((number / 100).toPrecision(12)) : number;
}

/** An issue about several unknown fields counts as several. */
function countIssues(root: unknown): number {
  const { error } = experimentSchema.safeParse(root);
  return allIssues(error?.issues ?? [], root).reduce(
    (count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  );
}
