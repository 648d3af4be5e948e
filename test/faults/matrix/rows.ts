// The rows of the matrix, and their figures for `docs/faults.md`.
import { type Body, bodies, type Endpoint, endpoints, expectedOf, type Outcome, statuses } from './oracle.ts';
import { type HeaderForm, headerForms } from './wire.ts';

/** One row: a fault that lasts as long as the call does. */
export type Row = {
  endpoint: Endpoint;
  status: number;
  body: Body;
  form: HeaderForm;
  /** On a connection that has served before, or on a new one. */
  connection: 'fresh' | 'reused';
  expected: Outcome;
};

/** A body that lacks a byte or breaks off cannot be read. */
function expectation(endpoint: Endpoint, status: number, body: Body, form: HeaderForm): Outcome {
  if (form === 'cut' && body !== '1 MiB') return 'upstream-unavailable';
  return expectedOf(endpoint, status, form === 'length too short' && body !== 'none' ? 'truncated' : body);
}

/**
 * Every status with every body at every endpoint. The rows share the header forms and connections. 429 and 503, for which a delay has a
 * meaning, have every form.
 */
export function matrixRows(): Row[] {
  let number = 0;
  return endpoints.flatMap((endpoint) =>
    statuses.flatMap((status) =>
      bodies.flatMap((body): Row[] => {
        number += 1;
        const spread = headerForms[(number * 5) % headerForms.length] as HeaderForm;
        const forms = status === 429 || status === 503 ? headerForms : [spread];
        return forms.map((form, index) => ({
          endpoint,
          status,
          body,
          form,
          connection: (number + index) % 2 === 0 ? 'fresh' : 'reused',
          expected: expectation(endpoint, status, body, form),
        }));
      }),
    ),
  );
}

/** The figures: the number of rows for each endpoint, and their results. */
export function matrixFigures(): string {
  const rows = matrixRows();
  const outcomes = [
    'upstream-unavailable',
    'upstream-busy',
    'upstream-invalid-reply',
    'configuration',
    'refused',
    'answered',
  ];
  const lines = endpoints.map((endpoint) => {
    const own = rows.filter((row) => row.endpoint === endpoint);
    const counts = outcomes.map((outcome) => own.filter(({ expected }) => expected === outcome).length);
    return `| ${endpoint} | ${own.length} | ${counts.join(' | ')} |`;
  });
  return `${rows.length} rows: ${endpoints.length} endpoints × ${statuses.length} statuses (every registered 4xx and 5xx, and ten that are not) ×
${bodies.length} bodies, with ${headerForms.length} header forms and fresh and reused connections spread over them.

| Endpoint | Rows | ${outcomes.join(' | ')} |
|---|---|${outcomes.map(() => '---').join('|')}|
${lines.join('\n')}`;
}
