/**
 * The page a run panel loads: a frame for `dist/webview/panel.js` under a policy that lets nothing else in. And the page
 * in its place when there is no run to show.
 */

export interface PanelPage {
  title: string;
  /** BCP 47, such as `en`. */
  language: string;
  cspSource: string;
  nonce: string;
  script: string;
  style: string;
}

export function panelHtml({ title, language, cspSource, nonce, script, style }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `img-src ${cspSource} data: blob:`,
    // The toolkit's design system adds its sheets with the nonce below; nothing uses style attributes.
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="app"></main>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

/** Only words: no script and no style. */
export function errorHtml(message: string, language: string): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Orthant</title>
</head>
<body>
<p role="alert">${escapeHtml(message)}</p>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}
