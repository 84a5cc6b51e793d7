/** `--set path=value`: an experiment's text with one field changed, so that places in it stay what a person sees. */
import { applyEdits, modify, type Node } from 'jsonc-parser';
import type { Problem } from '../protocol/problems';
import { nodeAt, parseJsonText, tooDeepAt } from './jsonText';

/**
 * `path` is dotted, such as `training.epochs` or `variants.penalty.alpha`; `value` is JSON, or text where it's none
 * (`training.optimizer=sgd`). Whether the field exists and may have that value is for `parseExperiment` to say.
 */
export function overrideExperiment(text: string, path: string, value: string): string | Problem {
  const root = parseJsonText(text);
  if (root === undefined)
    return refuse(path, tooDeepAt(text) === null ? 'the experiment is empty' : 'the experiment is nested too deep');
  const segments = resolvePath(root, path.split('.'));
  if (segments === undefined) return refuse(path, 'a name between two dots is empty');
  for (let length = 0; length < segments.length; length++) {
    const node = nodeAt(root, segments.slice(0, length));
    if (node !== undefined && node.type !== 'object' && node.type !== 'array') {
      return refuse(path, `"${segments.slice(0, length).join('.')}" is a single value and has no fields`);
    }
  }
  try {
    // Unformatted, and as many lines as before: whatever else is wrong stays on the line where a person sees it.
    const edits = modify(text, segments, toValue(value), {}).map((edit) => {
      const replaced = text.slice(edit.offset, edit.offset + edit.length);
      return { ...edit, content: edit.content + (replaced.match(/\r\n|\n|\r/g) ?? []).join('') };
    });
    return applyEdits(text, edits);
  } catch {
    return refuse(path, 'there is no such place in the experiment');
  }
}

/** A name may hold dots itself (a variant "c=0.5"): the longest one that exists is taken. */
function resolvePath(root: Node, parts: readonly string[]): (string | number)[] | undefined {
  const path: (string | number)[] = [];
  let rest = parts;
  while (rest.length > 0) {
    const node = nodeAt(root, path);
    let taken = 1;
    if (node?.type === 'object') {
      const names = new Set(node.children!.map((property) => property.children![0]!.value as string));
      for (let count = rest.length; count > 1; count--) {
        if (!names.has(rest.slice(0, count).join('.'))) continue;
        taken = count;
        break;
      }
    }
    const name = rest.slice(0, taken).join('.');
    if (name === '') return undefined;
    path.push(node?.type === 'array' && /^\d+$/.test(name) ? Number(name) : name);
    rest = rest.slice(taken);
  }
  return path;
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refuse(path: string, reason: string): Problem {
  return {
    code: 'experiment.bad-override',
    severity: 'error',
    message: `"${path}" can't be set: ${reason}. Name a field by its path, such as training.epochs=20 or variants.penalty.alpha=100.`,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  };
}
