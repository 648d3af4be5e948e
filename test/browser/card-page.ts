// A bank's page with only the card on it, under a strict policy, with an API that answers as the test says.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { CardState } from '../../web/src/testing/states.ts';
import { serveStub } from '../stub-server.ts';
import { consent, oneLoan, type StubAnswer, type StubApi, startStubApi } from './stub-api.ts';

/** How a page may differ. `attributes` and `inside` are HTML. `script` runs after `getToken` is set. */
export type CardPageOptions = {
  language?: string;
  attributes?: string;
  /** HTML inside the element; a stand-in for Lånekassen's logo by default. */
  inside?: string;
  /** Additional CSS of the page. */
  style?: string;
  /** Replaces the usual line that sets `card.getToken`. */
  script?: string;
  /** The query of the page's address. */
  query?: string;
};

/**
 * The server of such pages. `open` serves a new one and returns its browser page. `requests` are all addresses that it requested; `console`
 * has the lines of its console, as `type text`.
 */
export type CardPages = {
  url: string;
  api: StubApi;
  serve(options?: CardPageOptions): void;
  open(browser: Browser, options?: CardPageOptions, context?: object): Promise<Page>;
  requests: string[];
  console: string[];
  close(): Promise<void>;
};

const built = new URL('../../web/dist/studielan-saldo.js', import.meta.url);
const standInLogo = `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="44" viewBox="0 0 150 44">
<rect x="1" y="1" width="148" height="42" rx="8" fill="#eef3f1" stroke="#5a6b64"/>
<text x="75" y="27" font-family="sans-serif" font-size="14" text-anchor="middle" fill="#26332e">Logo (prøve)</text></svg>`;
/** An image of the page, in the place of Lånekassen's logo. */
export const logoImage = '<img slot="logo" src="/logo.svg" alt="Lånekassen" width="150" height="44">';

/** A strict policy: no inline script or style, no text that becomes markup, no address except the bank's own and the API's. */
const policy = (apiUrl: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${new URL(apiUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** Starts the server and its API on free ports. */
export async function startCardPages(): Promise<CardPages> {
  let options: CardPageOptions = {};
  const requests: string[] = [];
  const consoleLines: string[] = [];
  const api = await startStubApi(() => server.url);
  const files = (): Record<string, [type: string, body: string]> => ({
    '/': ['text/html; charset=utf-8', html(options, api.url)],
    '/page.css': ['text/css', `${pageCss}${options.style ?? ''}`],
    '/page.js': ['text/javascript; charset=utf-8', script(options)],
    '/studielan-saldo.js': ['text/javascript; charset=utf-8', readFileSync(built, 'utf8')],
    '/logo.svg': ['image/svg+xml', standInLogo],
  });
  const server = await serveStub('card page', 0, ({ path }) => {
    const file = files()[path];
    if (!file) return { status: 404 };
    const headers = {
      'content-type': file[0],
      'content-security-policy': policy(api.url),
      'cache-control': 'no-store',
    };
    return { status: 200, headers, body: file[1] };
  });
  const serveNext = (next: CardPageOptions = {}) => {
    options = next;
  };
  return {
    url: server.url,
    api,
    requests,
    console: consoleLines,
    serve: serveNext,
    async open(browser, next, context = {}) {
      serveNext(next);
      requests.length = 0;
      consoleLines.length = 0;
      const page = await (await browser.newContext({ reducedMotion: 'reduce', ...context })).newPage();
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => consoleLines.push(`${message.type()} ${message.text()}`));
      await page.goto(`${server.url}/${next?.query ?? ''}`);
      return page;
    },
    close: async () => {
      await server.close();
      await api.close();
    },
  };
}

/** The API of a customer with a consent and a loan. */
export function resetAnswers(api: StubApi): void {
  for (const route of Object.keys(api.answers)) delete api.answers[route];
  api.answers['GET /consents/current'] = [consent('accepted')];
  api.answers['GET /saldo'] = [oneLoan];
  api.answers['DELETE /session'] = [{ status: 204 }];
  api.calls.length = 0;
}

/** The API for a state of the card. Status 0 means no answer: the connection ends. */
export function answerAs(api: StubApi, { answers }: CardState): void {
  for (const route of Object.keys(api.answers)) delete api.answers[route];
  for (const [route, { never, ...answer }] of Object.entries(answers))
    api.answers[route] = [{ ...answer, ...(never ? { until: new Promise(() => undefined) } : {}) } as StubAnswer];
  api.calls.length = 0;
}

const html = (
  { language = 'nb', attributes = '', inside = logoImage }: CardPageOptions,
  apiUrl: string,
) => `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Bank</title>
    <link rel="icon" href="/logo.svg">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/studielan-saldo.js"></script>
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <main>
      <h1>Bank</h1>
      <studielan-saldo api-url="${apiUrl}" ${attributes}>${inside}</studielan-saldo>
    </main>
  </body>
</html>
`;

const pageCss = `
:root { color-scheme: light dark; background: light-dark(#f3f5f2, #0f1715); color: light-dark(#16241f, #ecf2ee); }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.25rem; }
`;

const script = ({ script = "card.getToken = () => 'the.customers.token';" }: CardPageOptions) => `
const card = document.querySelector('studielan-saldo');
globalThis.heard = [];
for (const name of ['studielan-state', 'studielan-consent', 'studielan-withdraw', 'studielan-session-ended', 'studielan-logo-missing', 'studielan-problem'])
  document.addEventListener(name, (event) => globalThis.heard.push([name, event.detail]));
${script}
`;
