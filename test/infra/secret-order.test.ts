// A role can take ten minutes to take effect, and the platform tries an unreadable reference to a secret again only after a day.
import { describe, expect, test } from 'vitest';
import { compile, evaluate, noBicep, type Resource } from './bicep.ts';
import { referredIn } from './referred-secrets.ts';
import { ofType } from './rules/rule.ts';

const rolesOn = (resources: readonly Resource[]): string[] =>
  ofType(resources, 'Microsoft.Authorization/roleAssignments')
    .map(({ id }) => /\/secrets\/([^/]+)\//.exec(id)?.[1] ?? '')
    .filter((name) => name !== '')
    .sort();

const three = ['lanekassen-api-key', 'person-key-1', 'session-key-1'];

describe.skipIf(noBicep !== undefined)('secrets and the settings that refer to them', { timeout: 180_000 }, () => {
  test('from an empty vault: first no role and no reference, then the roles, then the references', async () => {
    const none = await evaluate('environments/test', { SECRETS_CREATED: undefined, SECRETS_READABLE: undefined });
    expect([rolesOn(none), referredIn(none)]).toEqual([[], []]);
    const roles = await evaluate('environments/test', { SECRETS_READABLE: undefined });
    expect([rolesOn(roles), referredIn(roles)]).toEqual([three, []]);
    const used = await evaluate('environments/test', { SECRETS_READABLE: three.join() });
    expect([rolesOn(used), referredIn(used)]).toEqual([three, three]);
  });

  test('a rotation: the new secret gets its role first, and its name is refused until then', async () => {
    const first = await evaluate('environments/test', { SECRETS_TO_COME: 'person-key-2' });
    expect(rolesOn(first)).toEqual([...three, 'person-key-2'].sort());
    expect(referredIn(first)).toEqual(three);
    const names = { PERSON_KEY_SECRET_NAME: 'person-key-2', PERSON_KEY_SECRET_SECONDARY_NAME: 'person-key-1' };
    await expect(evaluate('environments/test', names)).rejects.toThrow(/person-key-2: set SECRETS_TO_COME/);
    const second = await evaluate('environments/test', {
      ...names,
      SECRETS_READABLE: [...three, 'person-key-2'].join(),
    });
    expect(rolesOn(second)).toEqual([...three, 'person-key-2'].sort());
    expect(referredIn(second)).toEqual([...three, 'person-key-2'].sort());
  });

  test("the settings are written after the vault's roles, and the record of the values after the settings", async () => {
    const { contents } = await compile('infra/main.bicep');
    const template = JSON.parse(contents) as { resources: Record<string, { dependsOn?: string[]; name: string }> };
    const behind = (name: string): string[] =>
      (template.resources[name]?.dependsOn ?? []).flatMap((one) => [one, ...behind(one)]);
    expect(behind('appSettings')).toContain('keyVault');
    expect(behind('record')).toContain('appSettings');
    expect(template.resources.record?.name).toBe('saldo-studielan-values');
    // The custom role is created before and separately, because a role that is assigned at once may not be known yet (keyVault assigns it).
    expect(behind('keyVault')).toEqual(expect.arrayContaining(['signRole', 'monitoring']));
    expect(new Set(behind('signRole'))).toEqual(new Set(['group']));
    expect(JSON.stringify(template.resources.keyVault)).not.toContain('Authorization/roleDefinitions@');
  });
});
