import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemBody } from '../../shared/http/problem.ts';
import { type ProblemCode, ProblemError, problems } from '../../shared/problems.ts';
import { problemPage } from '../../tools/docs/write-problem-pages.ts';

const folder = new URL('../../docs/problems/', import.meta.url);
const codes = Object.keys(problems) as ProblemCode[];

test('every problem has its page, and no page is left over', () => {
  expect(readdirSync(folder).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
  for (const code of codes) expect(readFileSync(new URL(`${code}.md`, folder), 'utf8')).toBe(problemPage(code));
});

test.each(codes)('the type of %s leads to its page', (code) => {
  const body = problemBody(new ProblemError(code), '0f6f3b3a-6f0f-4c6e-9a55-3c1f2f0f3a11');
  expect(new URL(body.type).pathname.endsWith(`/docs/problems/${code}.md`)).toBe(true);
  expect(body).toMatchObject({
    code,
    status: problems[code].status,
    title: problems[code].title,
    instance: 'urn:uuid:0f6f3b3a-6f0f-4c6e-9a55-3c1f2f0f3a11',
  });
});
