/** Where the scripts find and put things, all of it inside the checkout. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Whatever may be deleted at any time and is made again; git ignores it. */
export const cache = path.join(root, '.cache');

/** Reports, screenshots and logs of the last test run; git ignores it. */
export const testResults = path.join(root, 'test-results');

export const exampleFolder = path.join(root, 'examples/weather');
export const exampleExperiment = path.join(exampleFolder, 'weather.orthant.json');

/** Experiments with a variant of each method, by the example they are of. */
export const races = {
  weather: path.join(exampleFolder, 'race.orthant.json'),
  strokes: path.join(root, 'examples/strokes/race.orthant.json'),
};
