import { describe, expect, test } from 'vitest';
import { changeOfFix } from '../../../extension/experiment/fixText';
import { outlineExperiment } from '../../../extension/experiment/outline';
import { overrideExperiment } from '../../../extension/experiment/override';
import { parseExperiment } from '../../../extension/experiment/parse';
import { boundsOf, resolveVariant } from '../../../extension/experiment/schema';
import { formatProblem } from '../../../extension/protocol/problems';
import { problemsIn, SOUND } from './helpers';

describe('An experiment without mistakes', () => {
  test('Comments, trailing commas and left-out fields are fine; defaults are filled in', () => {
    const text = `{
      // what to learn from
      "data": { "source": "a.csv", "inputs": ["x"], "targets": ["y"], },
      "constraint": { "min": 0 }, /* positivity */
      "variants": { "penalty": { "method": "penalty" } },
    }`;
    const { experiment, problems } = parseExperiment(text);
    expect(problems).toEqual([]);
    expect(experiment?.training).toMatchObject({ loss: 'mse', optimizer: 'adam', epochs: 50, batchSize: 32, seed: 0 });
    expect(experiment?.network).toEqual({ hidden: [64, 64], activation: 'relu' });
    expect(experiment?.variants.penalty).toMatchObject({ alpha: 10, form: 'quadratic' });
  });

  test('A byte order mark at the start is skipped', () => {
    expect(problemsIn(`\uFEFF${JSON.stringify(SOUND)}`)).toEqual([]);
  });

  test('hidden: [] is allowed, and what it means is said', () => {
    const { experiment, problems } = parseExperiment(JSON.stringify({ ...SOUND, network: { hidden: [] } }));
    expect(experiment?.network.hidden).toEqual([]);
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'information experiment.linear-network',
    ]);
    expect(problems[0]!.message).toContain('one linear layer');
  });
});

describe('JSON that is broken', () => {
  test('An empty file is told what an experiment needs', () => {
    expect(problemsIn('')[0]).toContain('error experiment.empty at «»: The file is empty.');
    expect(problemsIn('  // nothing yet\n')[0]).toContain('experiment.empty');
  });

  test('A missing comma is reported where the next entry starts', () => {
    expect(problemsIn('{ "data": 1\n "training": {} }')).toEqual([
      'error experiment.syntax at «"training"»: A comma is expected before the next entry, but there is "training".',
    ]);
  });

  test('A file that stops in the middle says what is missing', () => {
    expect(problemsIn('{ "data": { "source": "a.csv" }')).toEqual([
      'error experiment.syntax at «»: A closing brace } is missing: the text ends.',
    ]);
  });

  test.each([
    ['{ data: 1 }', 'data', 'data is no JSON value. Texts and names stand in double quotes.'],
    ['{ "data": }', '}', 'A value is expected, but there is }.'],
    ['{ "data" 1 }', '1', 'A colon is expected after the field name, but there is 1.'],
    ['{ "data": "a', '"a', 'This text is never closed. End it with a double quote.'],
    ['{} {}', '{', 'The experiment has ended before this; { is too much.'],
    ['{ "data": 1 } /* open', '/* open', 'This comment is never closed. End it with */.'],
  ])('%s', (text, place, message) => {
    expect(problemsIn(text)[0]).toBe(`error experiment.syntax at «${place}»: ${message}`);
  });

  test('Lines and columns count from 1 for people', () => {
    const [problem] = parseExperiment('{\r\n  "data": ?\r\n}').problems;
    expect(formatProblem('a.orthant.json', problem!)).toMatch(/^a\.orthant\.json:2:11 error experiment\.syntax /);
  });

  test('A field that stands twice is an error, since only the last would count', () => {
    const text = JSON.stringify(SOUND).replace('"min":0', '"min":0,"min":1');
    expect(problemsIn(text)).toEqual([
      'error experiment.duplicate-field at «"min"»: "min" stands here a second time, and only the last would count. Remove one of the two.',
    ]);
    expect(parseExperiment(text).experiment).toBeNull();
  });

  test('A text that is nested too deep is told so at the bracket', () => {
    const place = (text: string): string[] =>
      parseExperiment(text).problems.map(({ code, range }) => `${code} at ${range.start.character}`);
    for (const text of ['['.repeat(50_000), `${'['.repeat(50_000)}${']'.repeat(50_000)}`, '{"a":'.repeat(50_000)]) {
      const each = text.startsWith('[') ? 1 : 5;
      // 100 levels are read, so the bracket of the next has as many before it.
      expect(place(text)).toEqual([`experiment.too-deep at ${100 * each}`]);
      expect(outlineExperiment(text)).toEqual({ variantsRange: null, variants: [] });
      expect(overrideExperiment(text, 'training.epochs', '3')).toMatchObject({ code: 'experiment.bad-override' });
      expect(changeOfFix(text, { title: '', edits: [{ kind: 'remove', path: ['a'] }] })).toBe(null);
    }
    // Brackets in texts and comments open nothing.
    expect(place(`"${'['.repeat(200)}" // ${'{'.repeat(200)}`)).toEqual(['experiment.wrong-type at 0']);
  });

  test('No text at all makes the parser throw', () => {
    const text = JSON.stringify(SOUND, null, 1);
    for (let length = 0; length < text.length; length++) {
      expect(parseExperiment(text.slice(0, length)).problems.length).toBeGreaterThan(0);
    }
    for (const other of ['null', '3', '[]', '"text"', 'true', '{}']) {
      expect(parseExperiment(other).experiment).toBeNull();
    }
  });
});

describe('Fields', () => {
  test('An unknown field is underlined at its name and the nearest one offered', () => {
    expect(problemsIn({ ...SOUND, training: { learning_rate: 0.1 } })[0]).toMatch(
      /^error experiment\.unknown-field at «"learning_rate"»: "learning_rate" is no field of "training"\. Did you mean "learningRate"\?/,
    );
    expect(problemsIn({ ...SOUND, datas: 1 })[0]).toMatch(/is no field of an experiment\. Did you mean "data"\?/);
  });

  test('A missing field says where it belongs and what it is for', () => {
    const { targets: _, ...data } = SOUND.data;
    expect(problemsIn({ ...SOUND, data })).toEqual([
      'error experiment.missing-field at «"data"»: "targets" is missing in "data". Numeric columns the network learns to give, one output each.',
    ]);
    expect(problemsIn({ data: SOUND.data, constraint: {} })).toHaveLength(1);
    expect(problemsIn('{}').map((line) => line.slice(0, line.indexOf('. ')))).toEqual([
      'error experiment.missing-field at «{»: "data" is missing',
      'error experiment.missing-field at «{»: "constraint" is missing',
      'error experiment.missing-field at «{»: "variants" is missing',
    ]);
  });

  test.each([
    [{ training: { epochs: '50' } }, '"50"', '"training.epochs" must be a number, not the text "50".'],
    [{ training: { epochs: 1.5 } }, '1.5', '"training.epochs" must be a whole number, not the fraction 1.5.'],
    [{ network: { hidden: [8, null] } }, 'null', 'entry 2 of "network.hidden" must be a number, not null.'],
    [{ network: 3 }, '3', '"network" must be an object { … }, not the number 3.'],
    [{ variants: [] }, '[]', '"variants" must be an object { … }, not a list.'],
    [{ variants: { a: 3 } }, '3', '"variants.a" must be an object { … }, not the number 3.'],
    [{ data: { ...SOUND.data, source: 3 } }, '3', '"data.source" must be a text in double quotes or a list [ … ]'],
    [{ data: { ...SOUND.data, validation: '20%' } }, '"20%"', '"data.validation" must be a number or an object { … }'],
    [{ constraint: { min: '0' } }, '"0"', '"constraint.min" must be a number, not the text "0".'],
    [{ constraint: { y: 0 } }, '0', '"constraint.y" must be an object { … }, not the number 0.'],
  ])('A value of the wrong kind: %j', (change, place, message) => {
    const [line] = problemsIn({ ...SOUND, ...change });
    expect(line).toContain(`error experiment.wrong-type at «${place}»: ${message}`);
  });

  test.each([
    [{ training: { batchSize: 0 } }, '0', '"training.batchSize" is 0 and must be at least 1.'],
    [{ training: { learningRate: 0 } }, '0', '"training.learningRate" is 0 and must be more than 0.'],
    [{ data: { ...SOUND.data, validation: 2 } }, '2', '"data.validation" is 2 and must be at most 0.9.'],
    [{ variants: { a: { method: 'penalty', alpha: -1 } } }, '-1', '"variants.a.alpha" is -1 and must be more than 0.'],
  ])('A number out of range: %j', (change, place, message) => {
    const [line] = problemsIn({ ...SOUND, ...change });
    expect(line).toContain(`error experiment.out-of-range at «${place}»: ${message}`);
  });

  test('What a field is for is said in the first sentence of its hover', () => {
    expect(problemsIn({ ...SOUND, training: { epochs: 1.5 } })).toEqual([
      'error experiment.wrong-type at «1.5»: "training.epochs" must be a whole number, not the fraction 1.5. Passes over the training rows.',
    ]);
    const [line] = problemsIn({ ...SOUND, variants: { a: { method: 'rate', percent: 200 } } });
    expect(line).toMatch(/must be less than 100\. Largest share of each output .* of the training rows\.$/);
  });

  test('An empty list or text is called empty', () => {
    expect(problemsIn({ ...SOUND, data: { ...SOUND.data, inputs: [] } })[0]).toContain(
      'error experiment.empty-value at «[]»: "data.inputs" is empty. Numeric columns the network takes',
    );
  });

  test('A word that is none of the choices gets the choices', () => {
    expect(problemsIn({ ...SOUND, training: { loss: 'mae ' } })).toEqual([
      'error experiment.unknown-value at «"mae "»: "training.loss" can\'t be "mae ". Did you mean "mae"? It is one of "mse", "mae" or "huber".',
    ]);
  });

  test('validation by column needs both its fields', () => {
    const [line] = problemsIn({ ...SOUND, data: { ...SOUND.data, validation: { column: 'split' } } });
    expect(line).toContain(
      'error experiment.missing-field at «"validation"»: "equals" is missing in "data.validation".',
    );
  });
});

describe('Methods', () => {
  test('An unknown method lists the methods', () => {
    const [line] = problemsIn({ ...SOUND, variants: { a: { method: 'lagrange' } } });
    expect(line).toContain('error experiment.unknown-method at «"lagrange"»: "lagrange" is no method.');
    expect(line).toContain('Did you mean "lagrangian"');
    expect(line).toContain('"augmented-lagrangian"');
  });

  test('A variant without method is told to take one', () => {
    expect(problemsIn({ ...SOUND, variants: { a: {} } })[0]).toContain(
      'error experiment.missing-field at «"a"»: The variant "a" has no "method".',
    );
  });

  test("Another method's field names the method it belongs to", () => {
    const [line] = problemsIn({ ...SOUND, variants: { a: { method: 'penalty', penaltyCoefficient: 1 } } });
    expect(line).toMatch(
      /^error method\.foreign-field at «"penaltyCoefficient"»: "penaltyCoefficient" belongs to the method .*"augmented-lagrangian".*, not to "penalty", whose fields are "alpha", "form", .* and "reduction"\./,
    );
  });

  test('A field of no method is offered the nearest of its own and of training', () => {
    const [line] = problemsIn({ ...SOUND, variants: { a: { method: 'penalty', alfa: 1, epoch: 3 } } });
    expect(line).toContain('"alfa" is no field of "variants.a". Did you mean "alpha"?');
    expect(problemsIn({ ...SOUND, variants: { a: { method: 'penalty', epoch: 3 } } })[0]).toContain('"epochs"?');
  });

  test('A variant may override training', () => {
    expect(problemsIn({ ...SOUND, variants: { a: { method: 'penalty', epochs: 3 } } })).toEqual([]);
  });
});

describe('Fields that contradict each other', () => {
  test.each([
    [
      { constraint: { min: 2, max: 1 } },
      'error experiment.min-above-max at «2»: No output can be at least 2 and at most 1.',
    ],
    [
      { constraint: { y: { min: 2, max: 1 } } },
      'error experiment.min-above-max at «2»: No output "y" can be at least 2 and at most 1.',
    ],
    [
      { constraint: { min: 0, z: { min: 0 } } },
      'error experiment.unknown-target at «"z"»: "z" is neither a target nor a bound.',
    ],
    [
      { constraint: { mim: 0 } },
      'error experiment.unknown-target at «"mim"»: "mim" is neither a target nor a bound. Did you mean "min"',
    ],
    [
      { constraint: {} },
      'error experiment.no-bound at «"constraint"»: No target has a bound, so the variant "penalty"',
    ],
    [
      { constraint: { min: 0, y: { max: 1e39 } } },
      'error experiment.out-of-range at «1e+39»: "constraint.y.max" is 1e+39 and must be at most 1e+30.',
    ],
    [{ variants: {} }, 'error experiment.no-variants at «"variants"»: There is no variant to train.'],
    [
      { data: { ...SOUND.data, inputs: ['x', 'y'] } },
      'error experiment.target-is-input at «"y"»: "y" is a target and an input',
    ],
    [
      { data: { ...SOUND.data, inputs: ['x', 'x'] } },
      'error experiment.duplicate-column at «"x"»: The column "x" stands in "inputs" twice.',
    ],
    [
      { training: { polish: true, loss: 'huber' } },
      'error experiment.polish-needs-mse at «true»: The variant "penalty" can\'t be polished: the last layer is solved exactly for the loss "mse" only, and it trains with "huber".',
    ],
    [
      { variants: { exact: { method: 'polish', loss: 'mae' } } },
      'error experiment.polish-needs-mse at «"mae"»: The variant "exact" can\'t be polished',
    ],
    [
      { variants: { free: { method: 'unconstrained', boundMargin: 0.1 } } },
      'warning experiment.unused-margin at «0.1»: The variant "free" trains without a constraint',
    ],
    [
      { variants: { exact: { method: 'polish', polish: false } } },
      'warning experiment.polish-all-the-same at «false»: The variant "exact" is polished all the same',
    ],
    [
      { variants: { head: { method: 'softplus', polish: true } } },
      'error experiment.polish-without-plain-layer at «true»: The variant "head" can\'t be polished: "softplus" has a head after the linear layer',
    ],
    [
      { training: { momentum: 0.9 } },
      'warning experiment.unused-momentum at «0.9»: The variant "penalty" trains with "adam"',
    ],
  ])('%j', (change, start) => {
    expect(problemsIn({ ...SOUND, ...change })[0]?.slice(0, start.length)).toBe(start);
  });

  test('No bound is needed where every variant is unconstrained', () => {
    expect(problemsIn({ ...SOUND, constraint: {}, variants: { a: { method: 'unconstrained' } } })).toEqual([]);
  });
});

test('While a field stands twice, nothing is said of its value, and no fix goes there', () => {
  const twice = '"epochs": 10, "epochs": "20", "batchsize": 4';
  const text = JSON.stringify({ ...SOUND, training: 'here' }).replace('"here"', `{ ${twice} }`);
  const told = parseExperiment(text).problems.map(({ code, fixes = [] }) => [code, ...fixes.map(({ title }) => title)]);
  expect(told).toEqual([
    ['experiment.duplicate-field'],
    ['experiment.unknown-field', 'Change to "batchSize"', 'Remove "batchsize"'],
  ]);
  // A fix that a person makes goes where the value is that counts.
  const change = changeOfFix(text, { title: '', edits: [{ kind: 'set', path: ['training', 'epochs'], value: 7 }] })!;
  expect(text.slice(change.offset, change.offset + change.length)).toBe('"20"');
});

test('What a badly named variant says is looked at too', () => {
  const variants = { '': { method: 'penlty', epochs: '3' } };
  expect(problemsIn({ ...SOUND, variants }).map((line) => line.replace(/:.*/, ''))).toEqual([
    'error experiment.bad-name at «""»',
    'error experiment.unknown-method at «"penlty"»',
  ]);
});

test('While no targets are named, none are listed', () => {
  const experiment = { ...SOUND, data: { ...SOUND.data, targets: 3 }, constraint: { min: 0, snowfall: 3 } };
  const [unknown] = problemsIn(experiment).filter((line) => line.includes('unknown-target'));
  expect(unknown).toMatch(/"snowfall" is neither a target nor a bound\. No targets are named yet\.$/);
});

test("A place inside a query is found through its text's escapes", () => {
  const text = '{ "data": { "query": "SELECT \\"é\\", foo\\nFROM \\u0073ource" } }';
  const { locate } = parseExperiment(text);
  const query = 'SELECT "é", foo\nFROM source';
  const range = locate(['data', 'query'], { within: { offset: query.indexOf('source'), length: 6 } });
  expect(text.slice(range.start.character, range.end.character)).toBe('\\u0073ource');
});

test('Names that every object has are names like any other', () => {
  const data = { ...SOUND.data, targets: ['constructor'] };
  const { experiment } = parseExperiment(JSON.stringify({ ...SOUND, data }));
  expect(boundsOf(experiment!, 'constructor')).toEqual({ min: 0, max: null });
  expect(resolveVariant(experiment!, 'toString')).toBeUndefined();
  const variants = { a: { method: 'penalty', toString: 1 } };
  expect(problemsIn({ ...SOUND, variants }).map((line) => line.slice(0, 48))).toEqual([
    'error experiment.unknown-field at «"toString"»: ',
  ]);
});

test('No message holds the words of the schema library', () => {
  const texts = [
    { ...SOUND, data: 3, training: [], variants: { a: { method: 3, alpha: [] }, '': {} } },
    { data: { source: [], inputs: [3], targets: '', validation: { column: 1, equals: [] }, standardize: 'yes' } },
    { ...SOUND, constraint: { min: null, y: { min: [] } }, network: { hidden: [1.5, 0, 1e9], activation: 'gelu' } },
  ];
  for (const line of texts.flatMap(problemsIn)) {
    expect(line).not.toMatch(/Invalid|expected|received|Too (small|big)|Unrecognized|undefined/);
  }
});
