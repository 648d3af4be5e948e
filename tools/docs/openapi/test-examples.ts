// The document's examples as a module of the front-end package: what a bank's own tests are answered with.
import type { JsonSchema } from './schemas.ts';

type Example = { value: unknown };
type Media = { examples: Record<string, Example> };
type Paths = Record<string, Record<string, { responses: Record<string, { content?: Record<string, Media> }> }>>;

/** The module's text. Problems by code; good answers by operation and example. */
export function testExamples(document: JsonSchema): string {
  const { paths, components } = document as {
    paths: Paths;
    components: { examples: Record<string, Example> };
  };
  const good = (path: string, method: string, status: number) =>
    values(paths[path]?.[method]?.responses[status]?.content?.['application/json']?.examples ?? {});
  const problems = values(components.examples);
  const exported = {
    problemExamples: problems,
    saldoExamples: good('/saldo', 'get', 200),
    consentExamples: good('/consents/current', 'get', 200),
    startedExamples: good('/consents', 'post', 201),
    endedExamples: good('/consents/current', 'delete', 200),
  };
  return `// Written by \`npm run docs\` from docs/openapi.json; not to be edited.\n\n${Object.entries(exported)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)} as const;`)
    .join('\n\n')}\n`;
}

const values = (examples: Record<string, Example>) =>
  Object.fromEntries(Object.entries(examples).map(([name, { value }]) => [name, value]));
