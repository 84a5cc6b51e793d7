/** What tells a file from what it was: the same while the file is. */
import { stat } from 'node:fs/promises';

/** @throws where there is no such file. */
export async function fileStamp(file: string): Promise<{ stamp: string; bytes: number }> {
  const { size, mtimeMs } = await stat(file);
  return { stamp: `${file} ${size} ${mtimeMs}`, bytes: size };
}
