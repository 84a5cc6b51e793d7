/** The panel's end of the channel to the extension host; the only file that calls `acquireVsCodeApi`. */
import type { FromPanel, ToPanel } from '../extension/protocol/panel';
import type { SavedState } from './store';

const api = acquireVsCodeApi<SavedState>();

export function send(message: FromPanel): void {
  api.postMessage(message);
}

export function savedState(): SavedState | undefined {
  return api.getState();
}

export function saveState(state: SavedState): void {
  api.setState(state);
}

export function onMessage(listener: (message: ToPanel) => void): void {
  // Nobody but the host can post to a webview's own window; VS Code checks the origin.
  window.addEventListener('message', (event: MessageEvent<ToPanel>) => listener(event.data));
}
