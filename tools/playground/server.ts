// The server of the playground: one page, the built card, and each state's answers below `/stub/<state>`.
import { existsSync, readFileSync } from 'node:fs';
import { createRoutes, serve } from '../../local/simulators/kit/simulator.ts';
import { type CardState, cardStates, type Route } from '../../web/src/testing/states.ts';

const card = new URL('../../web/dist/studielan-saldo.js', import.meta.url);
const theme = new URL('../../node_modules/@digdir/designsystemet-theme/src/themes/designsystemet.css', import.meta.url);
const here = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Replaces Lånekassen's logo, which a bank gets from Lånekassen. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="44" viewBox="0 0 150 44">
<rect x="1" y="1" width="148" height="42" rx="8" fill="#eef3f1" stroke="#5a6b64"/>
<text x="75" y="27" font-family="sans-serif" font-size="14" text-anchor="middle" fill="#26332e">Logo (prøve)</text></svg>`;

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
};

/** Starts the server on 127.0.0.1. Port 0 means a free port. The card must be built. */
export async function startPlayground(port: number): Promise<{ url: string; close(): Promise<void> }> {
  if (!existsSync(card)) throw new Error('web/dist/studielan-saldo.js is missing: run `npm run build` first.');
  const routes = createRoutes();
  routes.use(async (exchange, next) => {
    for (const [name, value] of Object.entries(headers)) exchange.header(name, value);
    await next();
  });
  const file = (path: string, type: string, body: () => string) =>
    routes.get(path, (exchange) => exchange.body(body(), 200, { 'content-type': `${type}; charset=utf-8` }));
  file('/', 'text/html', () => here('index.html'));
  file('/playground.css', 'text/css', () => here('playground.css'));
  file('/playground.js', 'text/javascript', () => here('playground.js'));
  file('/designsystemet.css', 'text/css', () => readFileSync(theme, 'utf8'));
  file('/studielan-saldo.js', 'text/javascript', () => readFileSync(card, 'utf8'));
  file('/logo.svg', 'image/svg+xml', () => logo);
  file('/states.json', 'application/json', () => JSON.stringify(cardStates()));
  routes.all('/stub/*', async (exchange) => {
    const { method, path } = exchange.req;
    const [, name = '', rest = ''] = /^\/stub\/([\w-]+)(\/.*)$/.exec(path) ?? [];
    const state: CardState | undefined = (cardStates() as Record<string, CardState>)[name];
    const answer = state?.answers[`${method} ${rest}` as Route];
    if (answer === undefined) return exchange.notFound();
    if (answer.never) await new Promise(() => undefined);
    // The client follows no redirect, so it sees a failed connection.
    if (answer.status === 0) return exchange.redirect('/');
    for (const [name, value] of Object.entries(answer.headers ?? {})) exchange.header(name, value);
    exchange.status(answer.status as 200);
    return answer.body === undefined ? exchange.body(null) : exchange.json(answer.body);
  });
  return serve('the playground', port, routes);
}
