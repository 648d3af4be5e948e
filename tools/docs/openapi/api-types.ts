// TypeScript types of the document, for clients.
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** What `document` describes, as a TypeScript module: `operations`, `paths`, and each schema by its name. */
export async function apiTypes(document: object): Promise<string> {
  const types = await openapiTS(document as OpenAPI3, { rootTypes: true, rootTypesNoSchemaPrefix: true });
  return `// Written by \`npm run docs\` from docs/openapi.json; not to be edited.\n\n${astToString(types)}`;
}
