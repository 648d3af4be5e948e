import { systemTime } from '../shared/resilience/time.ts';
import type { Settings } from '../shared/settings.ts';
import { createCredential } from '../shared/storage/credential.ts';
import { connectTable } from '../shared/storage/open-tables.ts';
import { createTelemetry } from '../shared/telemetry/telemetry.ts';
import { oneTry } from './one-try.ts';

/**
 * The state tables of the settings, for a command that an operator runs. `tableOf` returns the SDK's client of a table by its name, and
 * `credential` is the identity that it uses. Each call is tried once.
 */
export function stateTables(
  { state, identity }: Pick<Settings, 'state' | 'identity'>,
  environment: Readonly<Record<string, string | undefined>>,
) {
  const credential = createCredential(identity.clientId, environment.IDENTITY_ENDPOINT !== undefined, {
    policy: oneTry,
    totalMs: 30_000,
    time: systemTime,
    telemetry: createTelemetry(() => {}),
  });
  const tableOf = (name: string) => connectTable(state, name, credential);
  return { credential, tableOf };
}
