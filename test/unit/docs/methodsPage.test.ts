/** docs/methods.md and the README say of the methods what the registry says; `npm run docs` writes both. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { METHODS } from '../../../extension/methods/registry';
import { methodsPage, type Recorded, withReadmeTable } from '../../../scripts/docs/page';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/methods.md');
const template = read('scripts/docs/template.md');
const recorded = JSON.parse(read('scripts/docs/runs.json')) as Recorded;

const REMEDY = 'It is behind the sources: run "npm run docs", or "npm run docs -- --words" where only words changed.';

/** The section of a method with its heading; `undefined` when there is none. */
function sectionOf(text: string, name: string): string | undefined {
  return text.split(/^(?=### )/m).find((section) => section.startsWith(`### ${name}\n`));
}

describe('docs/methods.md', () => {
  test.each(METHODS.map(({ name }) => name))('has the words, fields and figures of %s', (name) => {
    expect(recorded.methods, REMEDY).toHaveProperty(name);
    expect(sectionOf(page, name), REMEDY).toBe(sectionOf(methodsPage(template, METHODS, recorded), name));
    expect(existsSync(path.join(root, `docs/methods/${name}.svg`)), REMEDY).toBe(true);
  });

  test('is the template with the table and sections of all methods', () => {
    expect(page === methodsPage(template, METHODS, recorded), REMEDY).toBe(true);
    expect(Object.keys(recorded.methods), REMEDY).toEqual(METHODS.map(({ name }) => name));
  });

  test('links to methods that there are', () => {
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(METHODS.length);
    expect(links.filter((link) => !METHODS.some(({ name }) => name === link))).toEqual([]);
  });
});

test("The README's table of methods is that of the registry", () => {
  const readme = read('README.md');
  expect(withReadmeTable(readme, METHODS) === readme, REMEDY).toBe(true);
});

describe('A page', () => {
  const methods = METHODS.filter(({ name }) => name === 'unconstrained');
  const runs: Recorded = {
    engine: 'onnx',
    methods: {
      unconstrained: {
        run: {
          verdict: 'infeasible',
          feasible: '0 of 5',
          worst: '0.66 sd',
          outside: '7.3 %',
          heldOut: '6.3 %',
          newRows: '≤ 16.4 %',
          price: '–',
          prices: '–',
          time: 1.25,
        },
        picture: 'A picture.',
        changes: '"network":{"activation":"tanh"}',
      },
    },
  };

  test('is the template with the table and a section for each method in the places it names', () => {
    const lines = methodsPage('On <!-- engine -->.\n\n<!-- table -->\n\n<!-- methods -->\n', methods, runs).split('\n');
    expect(lines[0]).toBe('On onnx.');
    expect(lines[4]!.replaceAll('\u00a0', ' ')).toBe(
      '| [unconstrained](#unconstrained) | G0 | plain linear | nothing | next to none | 0 of 5 | 0.66 sd | 7.3 % | 6.3 % | ≤ 16.4 % | – | × 1.25 |',
    );
    expect(lines[4]).toContain('| 0\u00a0of\u00a05 | 0.66\u00a0sd | 7.3\u00a0% |');
    expect(lines[6]).toBe('### unconstrained');
    expect(lines.slice(-4)).toEqual([
      '![A picture.](methods/unconstrained.svg)',
      '',
      'On the weather example (with `"network":{"activation":"tanh"}`, which it needs): infeasible; of held-out outputs 6.3 % outside, of new rows ≤ 16.4 %. Over the seeds: feasible 0 of 5, price –.',
      '',
    ]);
  });

  test('is refused where the template names what there is not, and for a method that was never trained', () => {
    expect(() => methodsPage('<!-- tabel -->', methods, runs)).toThrow('"tabel"');
    expect(() => methodsPage('', methods, { ...runs, methods: {} })).toThrow('no run of "unconstrained"');
  });
});
