// The package as banks use it: type-checked, imported on a server, rendered by React on both sides, in Vue, Svelte and Angular, and with
// Mock Service Worker. Each page is an example of docs/front-end.md, and shows a saldo of the whole local world.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { serveStub } from '../stub-server.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { bundled, compilerPlugin, consumerFile, consumerFolder, exampleOf, installConsumers } from './consumers.ts';

const isReady = installConsumers();
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');

/** The examples as a bank's project, which its compiler checks completely, without `skipLibCheck`. */
function typeFaults(name: string, options: object, files: Record<string, string>): string {
  const paths = Object.entries(files).map(([file, text]) => consumerFile(`${name}/${file}`, text));
  const config = join(consumerFolder, `src/${name}/tsconfig.json`);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    strict: true,
    noEmit: true,
    types: [],
    jsx: 'react-jsx',
    exactOptionalPropertyTypes: true,
    ...options,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: paths }));
  try {
    execFileSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const plain = `import { StudielanSaldo, type StudielanEvents, type ViewKind } from '@saldo-studielan/web';
const card: StudielanSaldo = document.querySelector('studielan-saldo')!;
card.getToken = async ({ renew }) => (renew ? null : 'a.b.c');
card.addEventListener('studielan-problem', ({ detail }) => { const code: string = detail.code; void code; });
export const state: ViewKind = card.state;
export type Names = keyof StudielanEvents;
export const isErased: Promise<boolean> = card.erase();
`;
const client = `import type { GetToken } from '@saldo-studielan/web/client';
declare const apiUrl: string;
declare const getToken: GetToken;
declare function show(amount: string, currency: 'NOK'): void;
declare function askAgainIn(seconds: number): void;
${exampleOf('ts', 'client')}`;
const jsx = `import '@saldo-studielan/web/react';
export const bare = <studielan-saldo api-url="/api" credentials="same-origin" class="x" heading-level={3} />;
// @ts-expect-error: a level is a number
export const wrong = <studielan-saldo heading-level="three" />;
`;

describe.skipIf(!isReady)("a bank's compiler accepts the package", () => {
  const react18 = {
    paths: {
      react: ['../../node_modules/types-react-18'],
      'react/jsx-runtime': ['../../node_modules/types-react-18/jsx-runtime'],
    },
  };
  test.each([
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
    ['react-18', { module: 'esnext', moduleResolution: 'bundler', ...react18 }],
  ])(
    '%s',
    (name, options) => {
      const files = {
        'plain.mts': plain,
        'client.mts': client,
        'testing.mts': exampleOf('ts', 'testing'),
        'overview.tsx': exampleOf('tsx', 'react'),
        'bare.tsx': jsx,
        'package.json': '',
      };
      const { 'package.json': _, ...sources } = files;
      // MSW's own types need Node's.
      const { 'testing.mts': testing, ...others } = sources;
      expect(typeFaults(name, options, others)).toBe('');
      expect(typeFaults(`${name}-testing`, { ...options, skipLibCheck: true }, { 'testing.mts': testing })).toBe('');
    },
    60_000,
  );

  test('a wrong type is an error', () => {
    const wrong =
      "import { createStudielanClient } from '@saldo-studielan/web/client';\ncreateStudielanClient({ apiUrl: 1 });\n";
    expect(typeFaults('wrong', { module: 'nodenext', moduleResolution: 'nodenext' }, { 'wrong.mts': wrong })).toContain(
      'TS2322',
    );
  });
});

describe.skipIf(!isReady)('on a server', () => {
  const inNode = (text: string) =>
    execFileSync(process.execPath, [consumerFile('node/run.mjs', text)], { encoding: 'utf8' }).trim();

  test('every entry can be imported, and defines no element', () => {
    const text = `
      await import('@saldo-studielan/web');
      await import('@saldo-studielan/web/client');
      await import('@saldo-studielan/web/react');
      await import('@saldo-studielan/web/testing');
      console.log(typeof customElements, typeof window);`;
    expect(inNode(text)).toBe('undefined undefined');
  });

  test('Mock Service Worker answers the typed client in every state', () => {
    const text = `
      import { http } from 'msw';
      import { setupServer } from 'msw/node';
      import { cardStates, studielanHandlers } from '@saldo-studielan/web/testing';
      import { createStudielanClient } from '@saldo-studielan/web/client';
      const apiUrl = 'https://studielan.bank.example/api';
      const server = setupServer();
      server.listen({ onUnhandledRequest: 'error' });
      const client = createStudielanClient({ apiUrl, getToken: () => 'a.b.c', timeoutMs: 300 });
      const found = {};
      for (const name of Object.keys(cardStates())) {
        if (name === 'token-missing') continue;
        server.resetHandlers(...studielanHandlers(http, name, { apiUrl }));
        const answer = await client.saldo();
        found[name] = answer.ok ? answer.value.total.amount : answer.problem.code;
      }
      server.close();
      console.log(JSON.stringify(found));`;
    expect(JSON.parse(inNode(text))).toMatchObject({
      loading: 'unreachable',
      'consent-needed': 'consent-required',
      saldo: '1204318.07',
      negative: '-1250.75',
      'not-ready': 'saldo-not-ready',
      unreachable: 'unreachable',
      'session-ended': 'session-ended',
    });
  });
});

describe.skipIf(!isReady || browserIsMissing())("on a bank's page, against the whole local world", () => {
  let world: World;
  let browser: Browser;
  let page: Awaited<ReturnType<typeof serveStub>>;
  let token = '';
  let tokensAsked = 0;
  let html = '';
  let scriptText = '';

  beforeAll(async () => {
    page = await serveStub('a consumer', 0, ({ path }) => {
      if (path === '/') return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html };
      if (path === '/page.js')
        return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: scriptText };
      if (path === '/token') {
        tokensAsked += 1;
        return { status: 200, body: token };
      }
      return { status: 404 };
    });
    [world, browser] = await Promise.all([
      startTestWorld({ pages: { origins: [page.url], returnUrls: [`${page.url}/`] } }),
      launchChromium(),
    ]);
    const customer = testCustomers.find(({ name }) => name === 'HAUK HAUGNES');
    token = await world.bankLogin.control.login(customer?.nationalId ?? '');
    await new FrontEnd(world).giveConsent(token);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    await page?.close();
  });

  const shell = (inside: string) =>
    `<!doctype html><html lang="nb"><title>Bank</title><body><div id="app">${inside}</div><script type="module" src="/page.js"></script></body></html>`;
  const showsSaldo = async () => {
    tokensAsked = 0;
    const tab = await browser.newPage();
    const faults: string[] = [];
    tab.on('pageerror', (error) => faults.push(String(error)));
    tab.on('console', (message) => {
      if (message.type() === 'error' && /React|hydrat|Vue|NG0/i.test(message.text())) faults.push(message.text());
    });
    await tab.goto(page.url);
    await tab.locator('studielan-saldo').getByText('Du skylder Lånekassen').waitFor();
    expect((await tab.locator('studielan-saldo section').innerText()).replace(/\s/gu, ' ')).toContain('280 743,56 kr');
    await tab.waitForTimeout(500);
    // One call, because a framework's redraw starts no other.
    expect(tokensAsked).toBe(1);
    expect(faults).toEqual([]);
    return tab;
  };

  test.each([
    ['19', {}],
    ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
  ] as const)(
    'React %s, rendered on a server and in StrictMode',
    async (_version, alias) => {
      consumerFile('react/overview.tsx', exampleOf('tsx', 'react'));
      const props = JSON.stringify({ apiUrl: world.apiUrl, customer: 'kunde-1' });
      const server = consumerFile(
        'react/server.tsx',
        `import { StrictMode } from 'react'; import { renderToString } from 'react-dom/server'; import { Overview } from './overview.tsx';
      console.log(renderToString(<StrictMode><Overview {...${props}} /></StrictMode>));`,
      );
      const browserSide = consumerFile(
        'react/browser.tsx',
        `import { StrictMode, useEffect, useState } from 'react'; import { hydrateRoot } from 'react-dom/client'; import { Overview } from './overview.tsx';
      function App() {
        const [drawn, draw] = useState(0);
        useEffect(() => { if (drawn < 20) draw(drawn + 1); }, [drawn]);
        return <Overview {...${props}} />;
      }
      hydrateRoot(document.getElementById('app'), <StrictMode><App /></StrictMode>);`,
      );
      const onServer = consumerFile(
        'react/server.cjs',
        await bundled(server, { platform: 'node', format: 'cjs', alias: { ...alias } }),
      );
      html = shell(execFileSync(process.execPath, [onServer], { encoding: 'utf8' }).trim());
      expect(html).toContain('<studielan-saldo');
      expect(html).not.toContain('getToken');
      scriptText = await bundled(browserSide, { alias: { ...alias } });
      const tab = await showsSaldo();
      await tab.getByRole('button', { name: 'Logg ut' }).waitFor();
      await tab.close();
    },
    60_000,
  );

  test('Vue', async () => {
    consumerFile('vue/overview.vue', exampleOf('vue', 'vue'));
    const main = consumerFile(
      'vue/main.js',
      `import { createApp } from 'vue'; import Overview from './overview.vue';
      createApp(Overview, { apiUrl: '${world.apiUrl}', customer: 'kunde-1' }).mount('#app');`,
    );
    html = shell('');
    scriptText = await bundled(main, { plugins: [await compilerPlugin('vue')] });
    await (await showsSaldo()).close();
  }, 60_000);

  test('Svelte', async () => {
    consumerFile('svelte/overview.svelte', exampleOf('svelte', 'svelte'));
    const main = consumerFile(
      'svelte/main.js',
      `import { mount } from 'svelte'; import Overview from './overview.svelte';
      mount(Overview, { target: document.getElementById('app'), props: { apiUrl: '${world.apiUrl}', customer: 'kunde-1' } });`,
    );
    html = shell('');
    scriptText = await bundled(main, { plugins: [await compilerPlugin('svelte')] });
    await (await showsSaldo()).close();
  }, 60_000);

  test('Angular', async () => {
    consumerFile(
      'angular/overview.ts',
      exampleOf('ts', 'angular').replace('https://studielan.bank.example/api', world.apiUrl),
    );
    const main = consumerFile(
      'angular/main.ts',
      `import '@angular/compiler'; import { provideZonelessChangeDetection } from '@angular/core';
      import { bootstrapApplication } from '@angular/platform-browser'; import { Overview } from './overview.ts';
      bootstrapApplication(Overview, { providers: [provideZonelessChangeDetection()] });`,
    );
    html = shell('<app-overview></app-overview>');
    scriptText = await bundled(main, {
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
    });
    await (await showsSaldo()).close();
  }, 60_000);

  test('a back end for the front end: no token in the page, but a cookie and a header', async () => {
    consumerFile(
      'bff/session.ts',
      `import { getCookie } from 'hono/cookie';
      export const personTokenOf = async (c) => (getCookie(c, 'bank') === 'kunde-1' ? process.env.PERSON_TOKEN : undefined);`,
    );
    consumerFile(
      'bff/studielan.ts',
      exampleOf('ts', 'bff').replace('https://studielan.bank.example/api', world.apiUrl),
    );
    const entry = consumerFile('bff/main.ts', "export { studielan } from './studielan.ts';");
    const file = consumerFile('bff/built.mjs', await bundled(entry, { platform: 'node', conditions: [] }));
    process.env.PERSON_TOKEN = token;
    const { studielan } = (await import(pathToFileURL(file).href)) as {
      studielan: { fetch(request: Request): Promise<Response> };
    };
    const card = exampleOf('html', 'bff').replace('/lanekassen-logo.svg', 'data:,');
    const seen: Request[] = [];
    const bank = await serveStub('a bank with a back end', 0, async ({ method, path, headers, body }) => {
      if (path === '/')
        return {
          status: 200,
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'set-cookie': 'bank=kunde-1; HttpOnly; SameSite=Lax; Path=/',
          },
          body: shell(card),
        };
      if (path === '/page.js')
        return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: scriptText };
      const request = new Request(`${bank.url}${path}`, {
        method,
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
        ...(method === 'POST' ? { body } : {}),
      });
      if (!path.startsWith('/api/')) return { status: 404 };
      seen.push(request.clone());
      const answer = await studielan.fetch(request);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    });
    scriptText = await bundled(consumerFile('bff/page.js', "import '@saldo-studielan/web';"));
    const tab = await browser.newPage();
    await tab.goto(bank.url);
    await tab.locator('studielan-saldo').getByText('Du skylder Lånekassen').waitFor();
    expect(seen.every(({ headers }) => !headers.has('authorization') && headers.get('x-studielan') === '1')).toBe(true);
    // A request that another site makes the browser send changes nothing.
    const forged = await studielan.fetch(
      new Request(`${bank.url}/api/studielan/consents/current`, {
        method: 'DELETE',
        headers: { cookie: 'bank=kunde-1' },
      }),
    );
    expect(forged.status).toBe(403);
    const unknown = await studielan.fetch(
      new Request(`${bank.url}/api/studielan/health/ready`, {
        headers: { cookie: 'bank=kunde-1', 'x-studielan': '1' },
      }),
    );
    expect(unknown.status).toBe(404);
    // Without the session the card says so.
    await tab.context().clearCookies();
    await tab.evaluate("document.querySelector('studielan-saldo').reload()");
    await tab.getByRole('link', { name: 'Logg inn' }).waitFor();
    await tab.close();
    await bank.close();
  }, 60_000);
});
