import { expect, test } from 'vitest';
import type { Bank } from '../../../shared/bank/bank.ts';
import { composeInfrastructure, infrastructureOf } from '../../../shared/compose/infrastructure.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { entry, numbers, settingsWith } from '../bank/example-banks.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

test("limits.lanekassenMaxConcurrency in BANKS limits that bank's calls to Lånekassen, and no other bank's", async () => {
  const settings = settingsWith([
    entry(numbers[0], { limits: { lanekassenMaxConcurrency: 2 } }),
    entry(numbers[1], { isSupplierCustomer: true }),
  ]);
  const time = new VirtualTime();
  const whole = composeInfrastructure(settings, { time, telemetry: recordedTelemetry(), hasIdentityEndpoint: false });
  const ends: (() => void)[] = [];
  /** Starts six calls of a bank at once and returns how many of them run. */
  const calls = async (bank: Bank) => {
    let underWay = 0;
    const policy = infrastructureOf(bank, whole).policy('lanekassen', settings.policy.lanekassen);
    const attempt = async () => {
      underWay += 1;
      await new Promise<void>((resolve) => ends.push(resolve));
      return { value: 'saldo' };
    };
    const all = Array.from({ length: 6 }, () => policy.run('lanekassen', Deadline.after(time, 5000), attempt));
    await new Promise((resolve) => setImmediate(resolve));
    return { all, underWay: () => underWay };
  };
  const [limited, other] = [await calls(settings.banks[0]), await calls(settings.banks[1] as Bank)];
  expect([limited.underWay(), other.underWay()]).toEqual([2, 6]);
  while (limited.underWay() < 6 || ends.length > 0) {
    for (const end of ends.splice(0)) end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all([...limited.all, ...other.all]);
  await whole.close();
});
