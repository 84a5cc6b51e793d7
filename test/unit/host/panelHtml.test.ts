import { expect, test } from 'vitest';
import { errorHtml, panelHtml } from '../../../extension/host/panelHtml';

const html = panelHtml({
  title: '<img src=x> · weather',
  language: 'en',
  cspSource: 'https://assets',
  nonce: 'N0NCE',
  script: 'https://assets/panel.js',
  style: 'https://assets/panel.css',
});

test('a run panel lets in nothing but its own script, styles and pictures', () => {
  const policy = /content="(default-src[^"]+)"/.exec(html)?.[1];
  expect(policy).toBe(
    "default-src 'none'; img-src https://assets data: blob:; style-src https://assets 'nonce-N0NCE'; font-src https://assets; script-src 'nonce-N0NCE'",
  );
  expect(html).not.toMatch(/unsafe-|style="/);
});

test('a run panel gives the design system its nonce', () => {
  expect(html).toContain('<meta property="csp-nonce" content="N0NCE">');
});

test('a page of an error lets nothing in, and says its language', () => {
  const page = errorHtml('<b>gone</b>', 'de');
  expect(page).toContain('<html lang="de">');
  expect(page).toContain(`content="default-src 'none'"`);
  expect(page).toContain('&lt;b&gt;gone&lt;/b&gt;');
});

test('a variant can not bring its own markup', () => {
  expect(html).toContain('<title>&lt;img src=x&gt; · weather</title>');
});
