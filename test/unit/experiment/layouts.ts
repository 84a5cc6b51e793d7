/** Random JSON values, and texts that say them in the ways people write: seeded, so that a failure can be seen again. */
import type { RandomStream } from '../../../extension/data/random';
import type { JsonPath, JsonValue } from '../../../extension/protocol/problems';

const NAMES = ['data', 'training', 'min', 'a b', 'ü"x', '', '0', 'length'];
const VALUES: readonly JsonValue[] = [
  0,
  -1.5,
  1e-7,
  true,
  false,
  '',
  'wind',
  'a "quoted" \\ word',
  'é\n\t\u0001',
  '// no',
];

const pick = <Item>(stream: RandomStream, items: readonly Item[]): Item => items[stream.integer(items.length)]!;

export function randomValue(stream: RandomStream, depth: number): JsonValue {
  const kind = depth === 0 ? 2 : stream.integer(4);
  const count = stream.integer(4);
  if (kind === 0) return Array.from({ length: count }, () => randomValue(stream, depth - 1));
  if (kind === 1) return randomObject(stream, depth);
  return pick(stream, VALUES);
}

export function randomObject(stream: RandomStream, depth: number): Record<string, JsonValue> {
  const names = new Set(Array.from({ length: stream.integer(5) }, () => pick(stream, NAMES)));
  return Object.fromEntries([...names].map((name) => [name, randomValue(stream, depth - 1)]));
}

/** Every place in a value, the value itself last. */
export function pathsOf(value: JsonValue, path: JsonPath = []): JsonPath[] {
  const inside = typeof value === 'object' ? Object.entries(value) : [];
  return [...inside.flatMap(([key, each]) => pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key])), path];
}

interface Layout {
  /** `null` for a single line. */
  readonly unit: string | null;
  readonly lineBreak: string;
  readonly trailingComma: boolean;
  readonly leadingComma: boolean;
  /** How often a comment stands where one may. */
  readonly comments: number;
}

/** A text that says `value`, in a layout of its own: lines, indentation, commas and comments where they may stand. */
export function randomText(stream: RandomStream, value: JsonValue): string {
  const layout: Layout = {
    unit: pick(stream, [null, '  ', '    ', '\t']),
    lineBreak: pick(stream, ['\n', '\r\n']),
    trailingComma: stream.integer(2) === 0,
    leadingComma: stream.integer(4) === 0,
    comments: pick(stream, [0, 0.15, 0.4]),
  };
  let written = 0;
  const comment = (): string => {
    if (stream.uniform() >= layout.comments) return '';
    const words = `c${written++} "x": 1, }`;
    // A line comment needs its line's end.
    return stream.integer(2) === 0 && layout.unit !== null ? ` // ${words}${layout.lineBreak}` : ` /* ${words} */ `;
  };
  const write = (each: JsonValue, level: number): string => {
    if (typeof each !== 'object') return JSON.stringify(each);
    const isList = Array.isArray(each);
    const entries = isList
      ? (each as readonly JsonValue[]).map((item) => write(item, level + 1))
      : Object.entries(each).map(
          ([key, item]) => `${JSON.stringify(key)}${comment()}:${comment()} ${write(item, level + 1)}`,
        );
    const [open, close] = isList ? '[]' : '{}';
    const isBroken = layout.unit !== null && stream.integer(4) > 0;
    const gap = isBroken ? layout.lineBreak + layout.unit!.repeat(level + 1) : pick(stream, ['', ' ']);
    const body = entries.map((entry, index) => {
      const isLast = index === entries.length - 1;
      const comma = isLast ? (layout.trailingComma ? ',' : '') : ',';
      return layout.leadingComma
        ? `${comment()}${gap}${index === 0 ? '' : ', '}${entry}`
        : `${gap}${comment()}${entry}${comment()}${comma}${comment()}`;
    });
    const end = isBroken ? layout.lineBreak + layout.unit!.repeat(level) : gap;
    return `${open}${comment()}${body.join('')}${end}${close}`;
  };
  return `${comment()}${write(value, 0)}${comment()}`;
}
