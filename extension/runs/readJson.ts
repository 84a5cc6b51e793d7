import { readFileSync } from 'node:fs';

/** The object that a file holds; `null` where it is gone, half of one, or holds something else. Its fields are unchecked. */
export function readJson<Value>(file: string): Value | null {
  try {
    return asObject(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** `null` for what is no object. */
export function asObject<Value>(value: unknown): Value | null {
  return typeof value === 'object' && value !== null ? (value as Value) : null;
}
