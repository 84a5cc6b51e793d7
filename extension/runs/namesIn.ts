import { readdirSync } from 'node:fs';

/** Names in a folder, in the order of their characters; none where it is gone or can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
