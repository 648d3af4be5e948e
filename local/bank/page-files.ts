// The bank's page as it goes to the browser: the files of `page/`, read once at start.
import { readdirSync, readFileSync } from 'node:fs';

const contentTypes: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Files by path (`/` is the page itself), with the API's address written into the page. Only these paths are ever served. */
export function readPageFiles(apiUrl: string): Map<string, { contentType: string; text: string }> {
  const folder = new URL('page/', import.meta.url);
  const files = new Map<string, { contentType: string; text: string }>();
  for (const name of readdirSync(folder)) {
    const contentType = contentTypes[name.split('.').at(-1) ?? ''];
    if (contentType === undefined) continue;
    const text = readFileSync(new URL(name, folder), 'utf8');
    if (name === 'index.html')
      files.set('/', { contentType, text: text.replaceAll('{{API_URL}}', escapeAttribute(apiUrl)) });
    else files.set(`/${name}`, { contentType, text });
  }
  return files;
}

const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
