/** Many questions at once, given up at random, over files that come, go and change: the answers stay true. */
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, onTestFinished, test } from 'vitest';
import type { DataQuestion, DataReader } from '../../../extension/data/dataReader';
import { openDataReader } from '../../../extension/data/openDataReader';
import { experimentOver, folder } from './helpers';

const ROUNDS = 8;
const QUESTIONS = 25;

test.for([1, 2])('with seed %i', { timeout: 120_000 }, async (seed) => {
  const history: string[] = [];
  const below = randomNumbers(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)]!;
  const directory = folder({ 'a.csv': 'x,y\n1,2\n3,4\n' });
  const reader = openDataReader();
  onTestFinished(() => reader.dispose());
  let clock = 1_700_000_000;

  const changeFile = (): void => {
    const file = path.join(directory, pick(['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv']));
    const content = pick([
      'x,y\n1,2\n3,4\n',
      'x,y\n1,-2\n3,4\n5,6\n',
      'x,z\n1,2\n',
      'x,y\n1,\n2,3\n',
      '"x,y\n1,2\n',
      '',
    ]);
    history.push(`${path.basename(file)} ← ${JSON.stringify(content)}`);
    if (content === '') rmSync(file, { force: true });
    else {
      writeFileSync(file, content);
      utimesSync(file, ++clock, clock);
    }
  };
  const anyQuestion = (): DataQuestion => {
    const query = pick([
      undefined,
      undefined,
      'SELECT x, y * 2 AS y FROM source',
      'SELECT x FROM',
      'SELECT sum(x) AS x, 1 AS y FROM source',
    ]);
    const source = pick(['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv', '*.csv', ['a.csv', 'b.csv']]);
    return { source, directory, ...(query !== undefined && { query }) };
  };
  const ask = async (asked: DataReader, kind: number, { source, query }: DataQuestion): Promise<unknown> => {
    const question = { source, query, directory };
    if (kind === 0) return (await asked.profile(question, 'x'))?.values ?? null;
    if (kind === 1) return asked.bound(question, 'y', 'min', 3);
    if (kind === 2) return (await asked.columns(question))?.map(({ name, type }) => `${name} ${type}`) ?? null;
    if (kind === 3) return asked.files(question);
    const experiment = experimentOver({ data: { source, ...(query !== undefined && { query }) } });
    return (await asked.inspect(experiment, { directory })).map(({ code, message }) => `${code} ${message}`);
  };

  for (let round = 0; round < ROUNDS; round++) {
    for (let change = 0; change < 3; change++) changeFile();
    const given = await Promise.all(
      Array.from({ length: QUESTIONS }, async () => {
        const [question, kind] = [anyQuestion(), below(5)];
        const signal = AbortSignal.timeout(pick([1, 5, 20, 60_000, 60_000]));
        history.push(`asked ${kind} of ${JSON.stringify(question.source)} ${question.query ?? ''}`);
        await pause(below(10));
        const answer = await ask(reader.until(signal), kind, question).catch((error: unknown) => {
          if (!signal.aborted) throw error;
          return 'given up';
        });
        return { question, kind, answer };
      }),
    ).catch((error: unknown) => {
      throw new Error(`${history.join('\n')}\n${error instanceof Error ? error.stack : error}`);
    });
    for (const { question, kind, answer } of given) {
      if (answer === 'given up') continue;
      const fresh = openDataReader();
      const truth = await ask(fresh, kind, question).finally(() => fresh.dispose());
      expect(answer, history.join('\n')).toEqual(truth);
    }
  }
});

/** Whole numbers from 0 up to a limit. */
function randomNumbers(seed: number): (limit: number) => number {
  const generator = xoroshiro128plus(seed);
  return (limit) => (generator.next() >>> 0) % limit;
}
