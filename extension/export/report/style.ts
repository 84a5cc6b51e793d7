/** The look of a report: light and dark as the reader has it, and in light on paper. */
import { variablesOf } from './palette';

export const STYLE = `
:root { color-scheme: light dark; ${variablesOf('light')} --good: #1b7f4b; --line: #d8d8d8; --shade: #f5f5f5; }
@media (prefers-color-scheme: dark) {
  :root { ${variablesOf('dark')} --good: #4cc38a; --line: #3c3c3c; --shade: #282828; }
}
@media print {
  :root { color-scheme: light; ${variablesOf('light')} --good: #1b7f4b; --line: #d8d8d8; --shade: #f5f5f5; }
  details:not([open]) { display: none; }
  section, figure, tr { break-inside: avoid; }
  .wide { overflow: visible; }
  table { font-size: 0.7em; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1160px; padding: 1.5rem; background: var(--background); color: var(--foreground);
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 0.5rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; overflow-wrap: anywhere; }
p { max-width: 75ch; }
.verdict { font-size: 1.1rem; border-left: 4px solid var(--inside); padding-left: 0.75rem; }
.faint { opacity: 0.8; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.87rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th { white-space: nowrap; }
thead th { background: var(--shade); white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.good { color: var(--good); }
.bad { color: var(--outside); }
td.good:not(.number), td.bad:not(.number) { min-width: 11rem; }
.swatch { display: inline-block; width: 0.75em; height: 0.75em; margin-right: 0.4em; border-radius: 2px; }
${Array.from({ length: 8 }, (_, index) => `.run-${index} { background: var(--run-${index}); }`).join('\n')}
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; max-width: 100%; }
figcaption { font-weight: 600; font-size: 0.9rem; }
svg { max-width: 100%; height: auto; display: block; }
summary { cursor: pointer; font-size: 0.85rem; padding: 0.15rem 0; }
summary:focus-visible, a:focus-visible, .wide:focus-visible { outline: 2px solid var(--inside); outline-offset: 2px; }
a { color: var(--inside); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 600px) { dl { grid-template-columns: 1fr; } }
`;
