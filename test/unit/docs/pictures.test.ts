import { describe, expect, test } from 'vitest';
import { worstViolation } from '../../../extension/protocol/figures';
import { methodPicture, pictureFile, scalesOf } from '../../../scripts/docs/pictures';
import { recordedRun } from '../webview/recordedRuns';

const runs = [recordedRun('baseline'), recordedRun('lagrangian')];
const scales = scalesOf(runs, { target: 'precipitation', unit: 'mm a day' });
const pictures = runs.map((run) => methodPicture('A method', run, scales));

describe('The picture of a run', () => {
  test('has every training output in a bar, those outside hatched', () => {
    for (const [index, { marks }] of pictures.entries()) {
      const last = runs[index]!.measured.at(-1)!.train;
      const count = (paint: string) =>
        marks.reduce(
          (sum, mark) => sum + (mark.kind === 'rect' && mark.paint === paint ? (mark.bar?.count ?? 0) : 0),
          0,
        );
      expect(count('inside') + count('outside')).toBe(last.samples);
      expect(count('outside') / last.samples).toBeCloseTo(last.targets.precipitation!.negativeShare, 12);
    }
  });

  test('has the worst violation of each measure, at a height that is its square root', () => {
    const [run] = runs;
    const area = pictures[0]!.marks.find((mark) => mark.kind === 'path' && mark.paint === 'outside');
    const points = [...(area as { d: string }).d.matchAll(/L(\S+) ([^LZ]+)/g)].map(([, , y]) => Number(y));
    // The frame is 154 high and ends at 176; the last point closes the area.
    const heights = run!.measured.map(({ train }) => Math.sqrt(worstViolation(train, run!.started!.targets)));
    expect(points).toEqual([...heights.map((height) => Math.round((176 - 154 * height) * 10) / 10), 176]);
    expect(Math.max(...heights)).toBeGreaterThan(0.5);
  });

  test('draws at the top what is further outside than its axis goes', () => {
    const far = structuredClone(runs[0]!);
    far.measured.at(-1)!.train.targets.precipitation!.maxViolation = 1e6;
    const { marks } = methodPicture('A method', far, scales);
    const area = marks.find((mark) => mark.kind === 'path' && mark.paint === 'outside') as { d: string };
    expect(area.d).toMatch(/ 22L\S+ 176Z$/);
  });

  test('shares its axes with those of other methods', () => {
    const axisTexts = pictures.map(({ marks }) =>
      marks.flatMap((mark) => (mark.kind === 'text' && mark.x < 40 ? [mark.text] : [])),
    );
    expect(axisTexts[0]).toEqual(axisTexts[1]);
  });

  test('is said in words for those who cannot see it', () => {
    const { train, validation, epoch } = runs[0]!.measured.at(-1)!;
    expect([epoch, train.samples, validation?.samples]).toEqual([300, 1169, 292]);
    expect(pictures[0]!.summary).toMatch(
      /^A method after 300 epochs\. Left: precipitation on the training rows, [\d.]+ % outside\. Right: the worst output over the epochs, at the end 0\.\d\d sd outside on the training rows, 0\.\d\d sd on held-out ones\.$/,
    );
  });

  test('has colors of its own for light and dark pages, on a ground of its own', () => {
    const file = pictureFile(pictures[0]!);
    expect(file).toContain('@media (prefers-color-scheme: dark)');
    expect(file).toContain('<rect width="740" height="196" fill="var(--ground)"/>');
    const named = new Set([...file.matchAll(/var\((--\w+)\)/g)].map((match) => match[1]!));
    for (const name of named) expect(file.split(`${name}: #`)).toHaveLength(3);
  });
});
