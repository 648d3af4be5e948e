// The example pipelines: every value reaches the templates, and nothing is deployed without being shown before.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { changesIn, notCompared, readWhatIf, shellLines } from '../../tools/infra/drift.ts';
import { roleTable } from './role-table.ts';

const read = [
  ...readFileSync('infra/main.bicepparam', 'utf8').matchAll(/readEnvironmentVariable\('([A-Z_0-9]+)'/g),
].map(([, name = '']) => name);
const files = ['github-actions', 'azure-pipelines', 'azure-pipelines-steps'];
const textOf = (name: string) => readFileSync(`infra/pipelines/${name}.yml`, 'utf8');

describe('the values of an environment', () => {
  test.each(['bank-test', 'bank-prod'])('infra/values/%s.env has every variable that is read, and no other', (name) => {
    const lines = readFileSync(`infra/values/${name}.env`, 'utf8').split('\n');
    const given = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('=')[0]);
    expect([...new Set(given)].sort()).toEqual([...new Set(read)].sort());
    expect(given.length).toBe(new Set(given).size);
  });

  test.each(['bank-test', 'bank-prod'])('infra/values/%s.env has a budget, from the first of a month', (name) => {
    const text = readFileSync(`infra/values/${name}.env`, 'utf8');
    expect(text).toMatch(/^MONTHLY_BUDGET="[1-9]\d*"$/m);
    expect(text).toMatch(/^BUDGET_FROM="20\d\d-\d\d-01"$/m);
  });

  test('a shell reads the file as azd does', () => {
    const said = execFileSync('sh', [
      '-c',
      'set -a; . infra/values/bank-prod.env; printf %s "$ENVIRONMENT_KIND,$SECRETS_READABLE"',
    ]);
    expect(said.toString()).toBe('prod,lanekassen-api-key,person-key-1,session-key-1');
  });

  test('both pipelines load the whole file into the azd environment', () => {
    expect(textOf('github-actions').match(/azd env set --file "infra\/values\/\$BANK_ENVIRONMENT\.env"/g)?.length).toBe(
      2,
    );
    // The jobs that only read need no azd.
    expect(
      textOf('github-actions').match(/set -a; \. "infra\/values\/\$BANK_ENVIRONMENT\.env"; set \+a/g),
    ).toHaveLength(2);
    expect(textOf('azure-pipelines-steps')).toContain('azd env set --file "infra/values/');
    expect(textOf('azure-pipelines').match(/template: azure-pipelines-steps\.yml/g)).toHaveLength(4);
  });
});

describe('the use of the values', () => {
  test.each(files)('%s is YAML, stores no secret, and pins every action by its hash', (name) => {
    expect(() => parse(textOf(name))).not.toThrow();
    expect(textOf(name)).not.toMatch(/secrets\.|client-secret|password/i);
    for (const [, used = ''] of textOf(name).matchAll(/uses: (\S+)/g)) expect(used).toMatch(/@[0-9a-f]{40}$/);
  });

  test("GitHub: what-if on a pull request, prod after test and its environment's approval, a smoke test, drift at night", () => {
    const { jobs, on } = parse(textOf('github-actions'));
    expect(on.schedule).toHaveLength(1);
    expect(jobs['what-if'].if).toContain('pull_request');
    for (const job of ['what-if', 'drift']) {
      // The identity only reads. Without this option Azure refuses it, because it may not write.
      expect(JSON.stringify(jobs[job].steps), job).toMatch(
        /az deployment sub what-if .*--validation-level ProviderNoRbac/,
      );
      expect(jobs[job].strategy['fail-fast'], job).toBe(false);
    }
    expect(jobs['deploy-prod']).toMatchObject({ needs: 'deploy-test', environment: 'bank-prod' });
    for (const job of ['deploy-test', 'deploy-prod']) {
      const runs = jobs[job].steps.map(({ run }: { run?: string }) => run ?? '').join('\n');
      const order = ['azd provision --no-state', 'azd deploy', '/api/health/ready', 'npm run doctor'].map((one) =>
        runs.indexOf(one),
      );
      expect(order, job).toEqual([...order].sort((a, b) => a - b));
      expect(order[0], job).toBeGreaterThan(0);
    }
  });

  test('GitHub: code of a pull request gets no sign-in to Azure, neither from a fork nor in the tests, and only main is deployed', () => {
    const { jobs, permissions } = parse(textOf('github-actions'));
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs.test.permissions).toBeUndefined();
    expect(jobs['what-if'].if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    for (const job of ['what-if', 'deploy-test', 'deploy-prod', 'drift'])
      expect(jobs[job].permissions, job).toEqual({ 'id-token': 'write', contents: 'read' });
    for (const job of ['deploy-test', 'deploy-prod'])
      expect(jobs[job].if, job).toMatch(/^github\.ref == 'refs\/heads\/main' && \(/);
  });

  test('Azure Pipelines: the same', () => {
    const { stages, schedules } = parse(textOf('azure-pipelines'));
    expect(schedules).toHaveLength(1);
    const byName = Object.fromEntries(stages.map((stage: { stage: string }) => [stage.stage, stage]));
    expect(byName.what_if.condition).toContain('PullRequest');
    expect(byName.what_if.condition).toContain("ne(variables['System.PullRequest.IsFork'], 'True')");
    for (const name of ['deploy_test', 'deploy_prod'])
      expect(byName[name].condition, name).toContain("eq(variables['Build.SourceBranch'], 'refs/heads/main')");
    for (const name of ['what_if', 'drift'])
      expect(JSON.stringify(byName[name]), name).toContain('--validation-level ProviderNoRbac');
    // The name of a service connection is read before a job's variables have values.
    expect(textOf('azure-pipelines')).not.toMatch(/connection: .*\$\(/);
    expect(byName.deploy_prod.dependsOn).toBe('deploy_test');
    expect(byName.deploy_prod.jobs[0].environment).toBe('bank-prod');
    for (const name of ['deploy_test', 'deploy_prod']) {
      const text = JSON.stringify(byName[name]);
      for (const step of ['azd provision --no-state', 'azd deploy', '/api/health/ready', 'npm run doctor'])
        expect(text, name).toContain(step);
    }
    expect(JSON.stringify(byName.drift)).toContain('tools/drift/main.ts --what-if');
  });

  test("a pipeline's identity may assign the roles in the templates, and no others", () => {
    const [, condition = ''] = /--condition "([^"]+)"/.exec(readFileSync('docs/deploy.md', 'utf8')) ?? [];
    const allowed = [...new Set(condition.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [])].sort();
    const assigned = [...new Set(roleTable().map(({ role }) => role))].filter((role) => role !== 'custom').sort();
    expect(allowed).toEqual(assigned);
    // To no person, and none may be removed.
    expect(condition).toContain("PrincipalType] StringEqualsIgnoreCase 'ServicePrincipal'");
    expect(condition).toContain("(!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'}))");
    // On the resource group; the subscription has only the small role.
    expect(readFileSync('docs/deploy.md', 'utf8')).toContain('--scope /subscriptions/<id>/resourceGroups/<group>');
  });

  test('the role on the subscription can deploy and lock, and cannot assign rights or remove locks', () => {
    const role = JSON.parse(readFileSync('infra/pipelines/deployer-role.json', 'utf8')) as { Actions: string[] };
    const wild = role.Actions.filter((action) => action.includes('*'));
    expect(wild).toEqual(['Microsoft.Resources/deployments/*']);
    expect(role.Actions.filter((action) => /delete$|roleAssignments|roleDefinitions|policy/i.test(action))).toEqual([]);
  });
});

test('drift: a change by hand is named; a difference without effect is not', () => {
  const change = (changeType: string, delta: { path: string; propertyChangeType: string }[] = []) => ({
    resourceId: '/subscriptions/x/vaults/kv',
    changeType,
    delta,
  });
  expect(changesIn({ changes: [change('NoChange'), change('Ignore')] })).toEqual([]);
  expect(
    changesIn({ changes: [change('Modify', [{ path: 'properties.etag', propertyChangeType: 'NoEffect' }])] }),
  ).toEqual([]);
  expect(
    changesIn({
      changes: [change('Modify', [{ path: 'properties.networkAcls', propertyChangeType: 'Modify' }]), change('Create')],
    }),
  ).toEqual(['Modify /subscriptions/x/vaults/kv: properties.networkAcls', 'Create /subscriptions/x/vaults/kv']);
});

test('drift: an answer that is not complete is a failure, and what cannot be compared is named', () => {
  const unsupported = {
    resourceId: '/x',
    changeType: 'Unsupported',
    unsupportedReason: 'a reference is not known yet',
  };
  const answer = readWhatIf(JSON.stringify({ status: 'Succeeded', error: null, changes: [unsupported] }));
  expect(changesIn(answer)).toEqual([]);
  expect(notCompared(answer)).toEqual(['Not compared /x: a reference is not known yet']);
  for (const wrong of ['', 'null', '{}', '{"changes":null}', '{"status":"Failed","changes":[]}'])
    expect(() => readWhatIf(wrong), wrong).toThrow(RangeError);
  const refused = { error: { code: 'AuthorizationFailed', message: 'no' }, changes: [] };
  expect(() => readWhatIf(JSON.stringify(refused))).toThrow(/AuthorizationFailed/);
});

test('drift: exit code 1 for a change, 2 if what-if failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'what if-'));
  const file = join(folder, 'what-if.json');
  const drift = (answer: string) => {
    writeFileSync(file, answer);
    return spawnSync(process.execPath, ['tools/drift/main.ts', '--what-if', file]).status;
  };
  try {
    expect(drift(JSON.stringify({ changes: [{ resourceId: '/x', changeType: 'Create' }] }))).toBe(1);
    expect(drift('ERROR: not signed in')).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('settings for a shell keep their text, including quotation marks', () => {
  const value = `it's "a" $(b) \`c\`\nline`;
  const said = execFileSync('sh', [
    '-c',
    `${shellLines([
      { name: 'A_B', value },
      { name: 'x-y', value: '1' },
    ])}\nprintf %s "$A_B"`,
  ]);
  expect(said.toString()).toBe(value);
});
