import { systemTime } from '../shared/resilience/time.ts';
import type { Settings } from '../shared/settings.ts';
import { createCredential } from '../shared/storage/credential.ts';
import { connectTable } from '../shared/storage/open-tables.ts';
import { createTelemetry } from '../shared/telemetry/telemetry.ts';
import { oneTry } from './one-try.ts';

/**
 * The tables of the settings, for a command that an operator runs: `tableOf` gives the SDK's own client by the table's name, and
 * `credential` is the identity behind it. Each call is tried once.
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
