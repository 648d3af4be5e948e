import { waitForReferences } from './secret-references.ts';
import { isOn, type Shell } from './shell.ts';

/** Runs after a provision. It prints what other parties must know and what to do next, and resets the flags of a single provision. */
export async function postprovision(shell: Shell): Promise<void> {
  const { say } = shell;
  // From now on the version is pinned: azd keeps Bicep's outputs as values of the environment.
  if (isOn(shell, 'FIRST_PROVISION') && shell.value('MASKINPORTEN_KEY_VERSION') !== '')
    shell.keep('FIRST_PROVISION', 'false');
  // A recovered vault needs no recovery at the next provision.
  if (isOn(shell, 'RECOVER_VAULT')) shell.keep('RECOVER_VAULT', 'false');

  const callback = `${publicBaseUrl(shell)}/api/consents/callback`;
  say('');
  say(`Callback (Bits and Altinn must know its domain, registration form B-1): ${callback}`);
  if (shell.value('EGRESS_ADDRESS') !== '')
    say(`Egress address, if a party filters by address: ${shell.value('EGRESS_ADDRESS')}`);
  sayKey(shell);
  const references = await waitForReferences(shell);
  if (references === undefined) say('az did not answer whether the app can read its secrets.');
  else if (references > 0) say(`Secrets: the app can read all ${references}.`);
  say('');
  say('Next:');
  for (const line of nextSteps(shell, references)) say(`  - ${line}`);
}

function publicBaseUrl(shell: Shell): string {
  const host = shell.value('FRONT_DOOR_HOST_NAME') || `${shell.value('SERVICE_API_NAME')}.azurewebsites.net`;
  return shell.value('PUBLIC_BASE_URL') || `https://${host}`;
}

function sayKey(shell: Shell): void {
  if (shell.value('MASKINPORTEN_KEY_MODE').toLowerCase() === 'x5c') {
    shell.say('Maskinporten: the app signs with the virksomhetssertifikat, so there is no key to register.');
    return;
  }
  const command = 'npm run --silent jwk';
  const printed = shell.run('npm', ['run', '--silent', 'jwk']);
  if (printed?.code === 0) {
    shell.say('Public key to register on the Maskinporten client at Digdir (a JWK without a secret part):');
    shell.say(printed.stdout.trim());
    return;
  }
  shell.say(
    `The public key could not be read from here (${command}): ${printed?.stderr.trim() || 'npm did not start, or did not end'}`,
  );
  shell.say(
    'You need the role "Key Vault Reader" on the vault, and access to its network (docs/deploy.md, "Roles for people").',
  );
}

function nextSteps(shell: Shell, references: number | undefined): string[] {
  const steps: string[] = [];
  const missing = (name: string) => shell.value(name) === '';
  if (!isOn(shell, 'SECRETS_CREATED'))
    steps.push(
      'create the secrets: npm run secrets -- create. Then: azd env set SECRETS_CREATED true, and azd provision --no-state, which gives the app its roles on them',
    );
  else if (references === 0)
    steps.push(
      'the app has its roles on the secrets and uses none yet: in ten minutes, when the roles have taken effect, azd provision --no-state',
    );
  steps.push(
    `keep these values in the environment’s checked-in file: ${[
      'MASKINPORTEN_KEY_VERSION',
      'MASKINPORTEN_KID',
      'MASKINPORTEN_KEY_EXPIRES_ON',
      'SECRETS_READABLE',
    ]
      .filter((name) => !missing(name))
      .map((name) => `${name}=${shell.value(name)}`)
      .join(' ')}`,
  );
  if (missing('MASKINPORTEN_CLIENT_ID'))
    steps.push('order the Maskinporten client at Digdir, register the key above, and set MASKINPORTEN_CLIENT_ID');
  if (missing('ALTINN_CONSENT_RESOURCE_ID'))
    steps.push('ask Bits for the consent resource in Altinn, and set ALTINN_CONSENT_RESOURCE_ID');
  steps.push('azd deploy; then call GET /api/health/ready of the app');
  steps.push('see docs/onboarding.md for the complete list, and for what to order from each party');
  return steps;
}
