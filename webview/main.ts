/**
 * Entry of the panel's bundle: builds the parts, hands them to each other and asks the host for the snapshot.
 * Messages change the store; drawing waits for the next animation frame, so frames are dropped and data never.
 */

import { csvOf } from '../extension/pictures/tables/table';
import { onThemeChange } from './dom/theme';
import { Panel } from './parts/panel';
import { Store } from './store';
import { onMessage, savedState, saveState, send } from './vscodeApi';

let frameWanted = false;

function drawSoon(): void {
  if (frameWanted) return;
  frameWanted = true;
  requestAnimationFrame(() => {
    frameWanted = false;
    if (store.hasSnapshot) panel.update(store.model());
  });
}

const store = new Store(savedState(), drawSoon, saveState);

const panel = new Panel({
  send,
  choose: (change) => store.choose(change),
  copyTable: (table) => {
    navigator.clipboard.writeText(csvOf(table)).then(
      () => panel.answer('Copied as CSV'),
      (error: unknown) => panel.answer(`Could not copy: ${String(error)}`),
    );
  },
  saveTable: (name, table) => send({ type: 'save', name, content: csvOf(table) }),
});

document.getElementById('app')!.replaceChildren(panel.element);
onThemeChange(() => {
  panel.themeChanged();
  drawSoon();
});
onMessage((message) => store.receive(message));
send({ type: 'ready' });
const { detailed } = store.model().choices;
if (detailed !== null) send({ type: 'detail', runs: [...detailed] });
