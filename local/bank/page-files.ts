// The files of the bank's page for the browser: those of `page/` and the built card of `web/`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getMimeType } from 'hono/utils/mime';

/** A demo bank's own name, and its colours (CSS) unless they are those of `page/bank.css`. */
export type BankLook = { brand?: string; colours?: { brand: string; action: string } };

type PageFile = { contentType: string; body: string };

const pageFile = (name: string, body: string): PageFile => ({ contentType: getMimeType(name) ?? 'text/plain', body });

/** Where `npm run build` leaves the card. */
const builtCard = new URL('../../web/dist/studielan-saldo.js', import.meta.url);

/**
 * Files by path (`/` is the page itself), with the API's address written into the page. Only these paths are ever served.
 * `logoFile` is Lånekassen's logo as SVG: a bank gets it from Lånekassen, so none is in the repository, and without it
 * the card shows that it is missing.
 */
export function readPageFiles(
  apiUrl: string,
  logoFile: string | undefined,
  { brand = 'Eksempelbanken', colours }: BankLook,
): Map<string, PageFile> {
  if (!existsSync(builtCard)) throw new Error('web/dist/studielan-saldo.js is missing: run `npm run build` first.');
  const folder = new URL('page/', import.meta.url);
  const files = new Map<string, PageFile>();
  files.set('/studielan-saldo.js', pageFile('studielan-saldo.js', readFileSync(builtCard, 'utf8')));
  if (logoFile) files.set('/lanekassen-logo', readLogo(logoFile));
  const logo = logoFile ? '<img slot="logo" src="/lanekassen-logo" alt="Lånekassen">' : '';
  const own = colours ? `\n:root {\n  --brand: ${colours.brand};\n  --action: ${colours.action};\n}\n` : '';
  for (const name of readdirSync(folder)) {
    const body = readFileSync(new URL(name, folder), 'utf8')
      .replaceAll('Eksempelbanken', brand)
      .replaceAll('{{API_URL}}', escapeAttribute(apiUrl))
      .replaceAll('{{LOGO}}', logo);
    files.set(name === 'index.html' ? '/' : `/${name}`, pageFile(name, name.endsWith('.css') ? body + own : body));
  }
  return files;
}

function readLogo(path: string): PageFile {
  if (!path.endsWith('.svg')) throw new Error('LANEKASSEN_LOGO must name an .svg file.');
  return pageFile(path, readFileSync(path, 'utf8'));
}

const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
