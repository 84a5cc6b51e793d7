/**
 * Runs as one HTML page that stands by itself: what came of them, pictures with the tables behind them, settings. No
 * script and nothing from elsewhere, which its Content-Security-Policy says to the browser too.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { detailModel, type Model } from '../../pictures/model';
import { comparisonTable } from '../../pictures/tables/comparison';
import { figuresTable } from '../../pictures/tables/figures';
import { seedsTable } from '../../pictures/tables/seeds';
import { boundsWords, count, STATUS_WORDS } from '../../pictures/words';
import type { Exported } from '../exported';
import { html, type Markup, NOTHING, pictureMarkup, tableMarkup } from './html';
import { type NamedPicture, type ReportPictures, reportPictures } from './reportPictures';
import { readReportRuns } from './reportRuns';
import { commonTable, differencesTable } from './settingsTable';
import { STYLE } from './style';
import { knownWords, verdictWords } from './verdictWords';

/**
 * Of run folders, or of folders of runs. `version` is Orthant's.
 * @throws Error with a message for a person when there is no run, or none that measured anything.
 */
export async function exportHtml(folders: readonly string[], version: string): Promise<Exported> {
  const { model, note } = await readReportRuns(folders);
  return { content: page(model, version), note };
}

function page(model: Model, version: string): string {
  const title = titleOf(model);
  const pictures = reportPictures(model);
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const body = html`<header>
<h1>${title}</h1>
<p class="faint">${runsWords(model)}</p>
</header>
<main>
<p class="verdict">${verdictWords(model)}</p>
${section('Outcome', outcome(model), pictureGroup(pictures.tradeOff))}
${section('What is guaranteed', guarantees(model))}
${section('Outputs', ...outputs(model, pictures))}
${section('Curves', pictureGroup(pictures.curves))}
${section('Figures', tableMarkup(figuresTable(detailModel(model))))}
${section('Settings', ...settings(model))}
</main>
<footer><p class="faint">Made by Orthant ${version}, from the runs as they were recorded.</p></footer>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${html`<title>${title}</title>`.html}
<style>${STYLE}</style>
</head>
<body>
${body.html}
</body>
</html>
`;
}

function titleOf({ runs, labels }: Model): string {
  const experiments = [...new Set(runs.map(({ experiment }) => path.basename(experiment)))];
  const of = experiments.length === 1 ? experiments[0]! : `${experiments.length} experiments`;
  return runs.length === 1 ? `${labels[0]!}, ${of}` : `${count(runs.length)} runs of ${of}`;
}

/** When the first one started, on how many rows, for which targets. */
function runsWords({ runs }: Model): string {
  const started = runs.flatMap((run) => (run.started === null ? [] : [run.started]));
  const [first] = started;
  if (first === undefined) return '';
  const { samples, targets } = first;
  const begin = new Date(Math.min(...started.map(({ time }) => time)));
  const heldOut = samples.validation === 0 ? 'none held out' : `${count(samples.validation)} held out`;
  const bounds = targets.map(({ name, bounds }) => `${name} ${boundsWords(bounds)}`).join(', ');
  const day = begin.toISOString().slice(0, 16).replace('T', ' ');
  return `Started ${day} UTC. ${count(samples.train)} rows trained on, ${heldOut}. Targets: ${bounds}.`;
}

function section(title: string, ...content: readonly Markup[]): Markup {
  const filled = content.filter(({ html }) => html !== '');
  return filled.length === 0 ? NOTHING : html`<section><h2>${title}</h2>${filled}</section>`;
}

/** A link or a box to tick is of the panel: a page has the words alone. */
function outcome(model: Model): Markup {
  // The column that chooses runs is there beyond those in detail.
  const { columns, rows, caption } = comparisonTable(model);
  const first = columns.findIndex(({ label }) => label === 'run');
  const table = tableMarkup({ caption, columns: columns.slice(first), rows: rows.map((row) => row.slice(first)) });
  const seeds = seedsTable(model);
  return seeds.rows.length === 0 ? table : html`${table}${tableMarkup(seeds)}`;
}

function guarantees({ runs, labels }: Model): Markup {
  const known = runs.map(
    (run, index) => html`<dt>${labels[index]!}</dt><dd>${statusWords(run.status)}${knownWords(run)}</dd>`,
  );
  return html`<p>Figures of rows trained on and of rows held out are measured. What holds for new rows is a bound at 95 %
confidence (Clopper and Pearson) for rows drawn like those held out; what holds for every input is the method's promise.</p>
<dl>${known}</dl>`;
}

/** Of a run that is not what it would be at its end. */
function statusWords(status: Model['runs'][number]['status']): string {
  return status === 'finished' ? '' : `${STATUS_WORDS[status]}. `;
}

function outputs(model: Model, { runs }: ReportPictures): Markup[] {
  const more = model.runs.length - runs.length;
  return [
    html`<p>Shares of the outputs in bins whose edges are the same for all runs; 0 and the bounds are edges. Hatched: outside
the bounds. The outline is before training.</p>`,
    ...runs.map(({ run, pictures }) => html`<h3>${model.labels[run]!}</h3>${pictureGroup(pictures)}`),
    ...(more > 0
      ? [
          html`<p class="faint">The first ${runs.length} runs have pictures and figures; ${count(more)} more stand in the outcome alone.</p>`,
        ]
      : []),
  ];
}

function settings(model: Model): Markup[] {
  return [differencesTable(model), commonTable(model)].flatMap((table) => (table === null ? [] : [tableMarkup(table)]));
}

function pictureGroup(pictures: readonly NamedPicture[]): Markup {
  if (pictures.length === 0) return NOTHING;
  return html`<div class="pictures">${pictures.map(figureMarkup)}</div>`;
}

function figureMarkup({ name, title, isTitled, picture, table }: NamedPicture): Markup {
  const data =
    table === null ? NOTHING : html`<details><summary>${title} as a table</summary>${tableMarkup(table)}</details>`;
  const caption = isTitled ? NOTHING : html`<figcaption>${title}</figcaption>`;
  return html`<figure>${caption}${pictureMarkup(picture, `picture-${name}`)}${data}</figure>`;
}
