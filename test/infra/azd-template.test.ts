// `azd init --template` copies the files that git tracks. azd's conventions for them:
// https://learn.microsoft.com/azure/developer/azure-developer-cli/make-azd-compatible and azd-templates.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n');
const azure = parse(readFileSync('azure.yaml', 'utf8')) as {
  infra: { provider: string; path: string; module: string };
  services: Record<string, { project: string }>;
  hooks: Record<string, Record<string, { run: string }>>;
};

test('azure.yaml is at the root, and the infrastructure and its parameters are where it says', () => {
  const { path, module, provider } = azure.infra;
  expect(provider).toBe('bicep');
  expect(tracked).toEqual(
    expect.arrayContaining(['azure.yaml', `${path}/${module}.bicep`, `${path}/${module}.bicepparam`]),
  );
});

test('each service and hook is in the repository', () => {
  for (const { project } of Object.values(azure.services))
    expect(tracked).toContain(project === '.' ? 'package.json' : `${project}/package.json`);
  const hooks = Object.values(azure.hooks).flatMap((shells) => Object.values(shells).map(({ run }) => run));
  expect(tracked).toEqual(expect.arrayContaining(hooks));
});

test('a copy contains no environment, build or state of another installation', () => {
  expect(tracked.filter((file) => /^(?:\.azure|dist|node_modules|\.artifacts)\//.test(file))).toEqual([]);
  expect(tracked).not.toContain('local.settings.json');
  expect(readFileSync('.gitignore', 'utf8').split('\n')).toContain('.azure/');
});
