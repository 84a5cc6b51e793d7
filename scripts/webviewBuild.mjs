// How the run panel is bundled; shared by the build and the gallery, so that both show the same.

/** @type {import('esbuild').BuildOptions} */
export const webviewBuild = {
  // The stylesheet is an entry of its own: it imports uPlot's rules, and no script imports a stylesheet.
  entryPoints: [
    { in: 'webview/main.ts', out: 'panel' },
    { in: 'webview/panel.css', out: 'panel' },
  ],
  bundle: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
};
