import * as z from 'zod';

// azd's own schema lets a misspelt key of a service pass; this one knows the keys that we use and no other.
const script = z.strictObject({
  shell: z.enum(['sh', 'pwsh']),
  run: z.string().regex(/^infra\/hooks\/[a-z]+\.(sh|ps1)$/),
});
const hook = z.strictObject({ posix: script, windows: script });

/** azure.yaml as far as this project uses it. */
export const azureYaml = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  requiredVersions: z.strictObject({ azd: z.string() }),
  infra: z.strictObject({ provider: z.literal('bicep'), path: z.literal('infra'), module: z.literal('main') }),
  services: z.strictObject({
    api: z.strictObject({
      project: z.literal('.'),
      language: z.literal('ts'),
      host: z.literal('function'),
      dist: z.literal('dist/package'),
      remoteBuild: z.literal(false),
    }),
  }),
  hooks: z.strictObject({ preprovision: hook, postprovision: hook, predown: hook }),
});
