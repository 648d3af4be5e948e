import { waitForReferences } from './secret-references.ts';
import { isOn, type Shell } from './shell.ts';

/** After azd has provisioned: whom to inform of what, and what comes next. Keeps one value, once. */
export async function postprovision(shell: Shell): Promise<void> {
  const { say } = shell;
  // From here on the version is pinned: Bicep's outputs are the azd environment's values.
  if (shell.value('FIRST_PROVISION') === 'true' && shell.value('MASKINPORTEN_KEY_VERSION') !== '')
    shell.keep('FIRST_PROVISION', 'false');
  // Once taken up, the vault is one like any other.
  if (isOn(shell, 'RECOVER_VAULT')) shell.keep('RECOVER_VAULT', 'false');

  const callback = `${publicBaseUrl(shell)}/api/consents/callback`;
  say('');
  say(`Callback (domain to tell Bits and Altinn, registration form B-1): ${callback}`);
  if (shell.value('EGRESS_ADDRESS') !== '')
    say(`Egress address, if a party filters by address: ${shell.value('EGRESS_ADDRESS')}`);
  sayKey(shell);
  const references = await waitForReferences(shell);
  if (references === undefined) say('az could not be asked whether the app can read its secrets.');
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
  if (shell.value('MASKINPORTEN_KEY_MODE') === 'x5c') {
    shell.say('Maskinporten: the virksomhetssertifikat signs; no key to register.');
    return;
  }
  const command = 'npm run --silent jwk';
  const printed = shell.run('npm', ['run', '--silent', 'jwk']);
  if (printed?.code === 0) {
    shell.say('Public key to register on the Maskinporten client at Digdir (JWK, nothing secret):');
    shell.say(printed.stdout.trim());
    return;
  }
  shell.say(
    `The public key could not be read from here (${command}): ${printed?.stderr.trim() || 'npm did not start'}`,
  );
  shell.say(
    'It takes the role "Key Vault Reader" on the vault, and a way into its network (docs/deploy.md, "Roles for people").',
  );
}

function nextSteps(shell: Shell, references: number | undefined): string[] {
  const steps: string[] = [];
  const missing = (name: string) => shell.value(name) === '';
  if (!isOn(shell, 'SECRETS_CREATED'))
    steps.push(
      'make the secrets: npm run secrets -- create; then: azd env set SECRETS_CREATED true, and azd provision --no-state, which gives the app its right to them',
    );
  else if (references === 0)
    steps.push(
      'the app has its right to the secrets and uses none yet: azd provision --no-state, in ten minutes, when the right works everywhere',
    );
  steps.push(
    `keep in the environment’s checked-in file: ${[
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
  steps.push('azd deploy; then ask the app: GET /api/health/ready');
  steps.push('docs/onboarding.md has the whole list, with what to order from whom');
  return steps;
}
