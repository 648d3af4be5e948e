// The document checked with Spectral's own rules for OpenAPI (`spectral:oas`); document.test.ts checks it with redocly's.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openapiDocument } from '../../tools/docs/openapi/document.ts';
import { consumerFolder, installConsumers } from '../browser/consumers.ts';

test.skipIf(!installConsumers())(
  'Spectral finds nothing, and would find a fault',
  async () => {
    const load = createRequire(join(consumerFolder, 'package.json'));
    const { Spectral } = load('@stoplight/spectral-core');
    const { oas } = load('@stoplight/spectral-rulesets');
    const spectral = new Spectral();
    spectral.setRuleset({ extends: oas });
    const faults = async (text: string) =>
      ((await spectral.run(text)) as { code: string; message: string }[]).map(
        ({ code, message }) => `${code}: ${message}`,
      );
    const text = JSON.stringify(openapiDocument());
    expect(await faults(text)).toEqual([]);
    expect((await faults(text.replace('"operationId":"getSaldo",', ''))).join()).toContain('operation-operationId');
  },
  120_000,
);
