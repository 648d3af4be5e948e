import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemHtml } from '../../shared/http/problem-page.ts';
import { problemBody } from '../../shared/http/response.ts';
import { type ProblemCode, problems } from '../../shared/problem-catalogue.ts';
import { ProblemError } from '../../shared/problems.ts';
import { problemPage } from '../../tools/docs/write-problem-pages.ts';

const folder = new URL('../../docs/problems/', import.meta.url);
const codes = Object.keys(problems) as ProblemCode[];
const requestId = '0f6f3b3a-6f0f-4c6e-9a55-3c1f2f0f3a11';

test('every problem has a page, and every page belongs to a problem', () => {
  expect(readdirSync(folder).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
  for (const code of codes) expect(readFileSync(new URL(`${code}.md`, folder), 'utf8')).toBe(problemPage(code));
});

test.each(codes)('the type of %s leads to its page below PUBLIC_BASE_URL', (code) => {
  const body = problemBody(new ProblemError(code), requestId, 'https://app.example');
  expect(body.type).toBe(`https://app.example/api/problems/${code}`);
  expect(body).toMatchObject({
    code,
    status: problems[code].status,
    title: problems[code].title,
    instance: `urn:uuid:${requestId}`,
  });
});

test('without a base the type is a relative reference (RFC 9457 section 3.1.1)', () => {
  expect(problemBody(new ProblemError('configuration'), requestId, '').type).toBe('/api/problems/configuration');
});

test.each(['', 'no-such-code', 'toString', '__proto__', '<b>'])(
  '%j has no page: not-found, and the page does not repeat the requested code',
  (code) => {
    expect(() => problemHtml(code)).toThrow(
      expect.objectContaining({ code: 'not-found', status: 404, detail: undefined }),
    );
  },
);

/** The text that a reader sees. */
const visible = (html: string) =>
  html
    .replace(/^[\s\S]*<body>/, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

test.each(codes)("the page of %s shows the catalogue's texts and contains no other element", (code) => {
  const html = problemHtml(code);
  const { title, when, remedy, status } = problems[code];
  for (const text of [code, title, when, remedy, `HTTP status ${status}`])
    expect(visible(html)).toContain(text.replaceAll('`', ''));
  const elements = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name));
  const allowed = ['html', 'head', 'meta', 'title', 'body', 'h1', 'h2', 'p', 'code'];
  expect([...elements].filter((name) => !allowed.includes(name ?? ''))).toEqual([]);
  expect(html).not.toMatch(/\s(?:on\w+|href|src|style)=/);
  // No text of the catalogue becomes an element, because every quotation mark in the body is escaped.
  expect(html.replace(/^[\s\S]*<body>/, '')).not.toMatch(/["']/);
});
