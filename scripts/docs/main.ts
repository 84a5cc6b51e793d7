/**
 * Writes docs/methods.md with its pictures, and the README's table of methods. What the trainings gave is kept beside this
 * file, in runs.json. Bundled and called by scripts/docs.mjs.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { METHODS } from '../../extension/methods/registry';
import { methodsPage, type Recorded, type RecordedMethod, withReadmeTable } from './page';
import { methodPicture, pictureFile, scalesOf } from './pictures';
import { runWords } from './runWords';
import { epochTimes } from './timing';
import { trainMethods } from './weather';

/** The target whose outputs go outside. */
const SHOWN = { target: 'precipitation', unit: 'mm a day' };

/**
 * Trains every method and draws its picture.
 * @param root absolute path of the checkout
 */
export async function writeRuns(root: string): Promise<void> {
  const trained = await trainMethods(path.join(root, 'examples/weather/weather.orthant.json'), console.log);
  const times = await epochTimes(trained.map(({ variant }) => variant));
  const plain = trained.findIndex(({ method }) => method.name === 'unconstrained');
  const shown = trained.map(({ runs }) => runs[0]!);
  const scales = scalesOf(shown, SHOWN);
  const before = existsSync(runsFile(root)) ? readRuns(root).methods : {};
  const files = new Map<string, string>();
  const methods: Record<string, RecordedMethod> = {};
  for (const [index, { method, changes, runs }] of trained.entries()) {
    const picture = methodPicture(method.title, runs[0]!, scales);
    files.set(`${method.name}.svg`, pictureFile(picture));
    const time = { ratio: times[index]! / times[plain]!, before: before[method.name]?.run.time };
    methods[method.name] = {
      run: runWords(runs, trained[plain]!.runs, time),
      picture: picture.summary,
      changes: changes === null ? null : JSON.stringify(changes).slice(1, -1),
    };
  }
  writeFolder(path.join(root, 'docs/methods'), files);
  const recorded: Recorded = { engine: shown[0]!.started!.engine.name, methods };
  writeFileSync(runsFile(root), `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Puts the words of the registry and the template, and the figures of the recorded runs, on the page. */
export function writePage(root: string): void {
  const template = readFileSync(path.join(root, 'scripts/docs/template.md'), 'utf8');
  writeFileSync(path.join(root, 'docs/methods.md'), methodsPage(template, METHODS, readRuns(root)));
  const readme = path.join(root, 'README.md');
  writeFileSync(readme, withReadmeTable(readFileSync(readme, 'utf8'), METHODS));
}

function runsFile(root: string): string {
  return path.join(root, 'scripts/docs/runs.json');
}

function readRuns(root: string): Recorded {
  return JSON.parse(readFileSync(runsFile(root), 'utf8')) as Recorded;
}

/** `files` by name, and no other. */
function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(path.join(folder, name));
  for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
}
