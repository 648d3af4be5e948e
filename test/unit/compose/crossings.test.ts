// The points where a call finds its bank. From there on telemetry names the bank, and one bank's failure does not touch the others.
import type { InvocationContext } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import type { Bank } from '../../../shared/bank/bank.ts';
import type { BankParts } from '../../../shared/compose/bank-parts.ts';
import { composeCrossings } from '../../../shared/compose/crossings.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { bankOfInvocation, requestContext } from '../../../shared/telemetry/request-context.ts';
import { fourBanks, settingsWith } from '../bank/example-banks.ts';
import { memoryTable } from '../support/memory-table.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

type Options = {
  entries?: typeof fourBanks;
  sync?: (bank: Bank) => Promise<unknown>;
  failsToBuild?: string;
  refuses?: Record<string, Error>;
};

function crossingsOf({ entries = fourBanks, sync = async () => 'complete', failsToBuild, refuses }: Options = {}) {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const { banks } = settingsWith(entries);
  const consents = memoryTable(time);
  const partsOf = (bank: Bank) => {
    if (bank.organisationNumber === failsToBuild) throw new Error('cannot be built');
    const count = () => telemetry.count('callbackAnswered', { word: 'accepted' });
    return {
      organisationNumber: bank.organisationNumber,
      consentCallback: async () => {
        await Promise.resolve();
        count();
        return `https://bank-${bank.organisationNumber}.example/`;
      },
      consentEvents: {
        async sync() {
          await Promise.resolve();
          telemetry.count('feedRun', { result: 'complete' });
          return sync(bank);
        },
      },
      sessions: { endByNotice: async () => telemetry.count('backchannelLogout', { by: 'sid' }) },
    } as unknown as BankParts;
  };
  const verifyLogout = async ({ organisationNumber }: Bank) => {
    const problem = refuses?.[organisationNumber];
    if (problem !== undefined) throw problem;
    return {};
  };
  const crossings = composeCrossings({
    ...{ banks, partsOf, callers: { verifyLogout, banksOfLogout: () => banks } as never },
    infrastructure: { time, telemetry, tables: { consents } } as never,
    bank: (number) => {
      const found = banks.find(({ organisationNumber }) => organisationNumber === number);
      return found && partsOf(found);
    },
  });
  const deadline = Deadline.after(time, 1000);
  /** Runs the work as an invocation of its own. Returns the result and the bank of the invocation at the end. */
  const invoke = <T>(work: () => Promise<T>) =>
    requestContext.run({ invocation: {} as InvocationContext }, async () => ({
      result: await work().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
      bank: bankOfInvocation(),
    }));
  return {
    crossings,
    telemetry,
    banks,
    consents,
    deadline,
    invoke,
    numbers: banks.map((one) => one.organisationNumber),
  };
}

const state = 's'.repeat(43);

describe('the callback counts for the bank', () => {
  test('in a list of one bank, always', async () => {
    const { crossings, telemetry, deadline, invoke, numbers } = crossingsOf({ entries: fourBanks.slice(0, 1) });
    const { bank } = await invoke(() => crossings.consentCallback(state, deadline));
    expect(bank).toBe(numbers[0]);
    expect([...telemetry.counts()]).toEqual([[`callbackAnswered word=accepted bank=${numbers[0]}`, 1]]);
  });

  test('named in the row of its state; without such a row it counts for no bank', async () => {
    const { crossings, telemetry, deadline, invoke, consents, numbers } = crossingsOf();
    const { hashOfState } = await import('../../../shared/consent/consent-index.ts');
    await consents.write(
      [{ partitionKey: `state-${hashOfState(state)}`, rowKey: 'state', values: { bank: numbers[2] ?? '' } }],
      deadline,
    );
    const { result, bank } = await invoke(() => crossings.consentCallback(state, deadline));
    expect(result).toEqual({ value: `https://bank-${numbers[2]}.example/` });
    expect(bank).toBe(numbers[2]);
    expect((await invoke(() => crossings.consentCallback('t'.repeat(43), deadline))).bank).toBeUndefined();
    expect([...telemetry.counts()]).toEqual([
      [`callbackAnswered word=accepted bank=${numbers[2]}`, 1],
      ['callbackRefused reason=unknown', 1],
    ]);
  });
});

test('a logout token for several banks is counted once for each, and its invocation names no bank', async () => {
  const { crossings, telemetry, deadline, invoke, numbers } = crossingsOf();
  const { bank } = await invoke(() => crossings.endByLogoutToken('token', deadline));
  expect(bank).toBeUndefined();
  expect([...telemetry.counts()]).toEqual(numbers.map((number) => [`backchannelLogout by=sid bank=${number}`, 1]));
});

describe('a logout token that fails at one bank ends the sessions of the others', () => {
  const [first, ...others] = fourBanks.map(({ organisationNumber }) => organisationNumber);
  const ended = (numbers: readonly string[]) =>
    numbers.map((number) => [`backchannelLogout by=sid bank=${number}`, 1] as const);
  const refusal = new ProblemError('request-invalid', { fault: 'logout-token-signature-or-claims' });
  const outage = new ProblemError('upstream-unavailable', { fault: 'person-token-issuer-jwks' });

  test('and is answered as done if that bank refuses it', async () => {
    const { crossings, telemetry, deadline, invoke } = crossingsOf({ refuses: { [String(first)]: refusal } });
    expect((await invoke(() => crossings.endByLogoutToken('token', deadline))).result).toEqual({ value: undefined });
    expect([...telemetry.counts()]).toEqual(ended(others));
  });

  test('and must be sent again if the keys of that bank cannot be fetched', async () => {
    const { crossings, telemetry, deadline, invoke } = crossingsOf({ refuses: { [String(first)]: outage } });
    expect((await invoke(() => crossings.endByLogoutToken('token', deadline))).result).toEqual({ error: outage });
    expect([...telemetry.counts()]).toEqual(ended(others));
  });

  test('and is refused if every bank refuses it', async () => {
    const refuses = Object.fromEntries([first, ...others].map((number) => [number, refusal]));
    const { crossings, deadline, invoke } = crossingsOf({ refuses });
    expect((await invoke(() => crossings.endByLogoutToken('token', deadline))).result).toEqual({ error: refusal });
  });
});

describe('the events of the other banks', () => {
  test.each(['fails', 'never gets so far as to ask'])(
    "are read when one bank's feed %s, and the run fails with that failure",
    async (how) => {
      const asked: string[] = [];
      const [, failing = ''] = fourBanks.map(({ organisationNumber }) => organisationNumber);
      const { crossings, telemetry, invoke, numbers } = crossingsOf({
        ...(how === 'fails' ? {} : { failsToBuild: failing }),
        async sync({ organisationNumber }) {
          asked.push(organisationNumber);
          if (organisationNumber === failing) throw new ProblemError('upstream-unavailable', { fault: 'feed' });
        },
      });
      const { result } = await invoke(() => crossings.syncConsentEvents());
      expect(result).toHaveProperty('error');
      const served = how === 'fails' ? numbers : numbers.filter((number) => number !== failing);
      expect(asked.sort()).toEqual([...served].sort());
      expect([...telemetry.counts()].sort()).toEqual(
        served.map((number) => [`feedRun result=complete bank=${number}`, 1]).sort(),
      );
    },
  );

  test("are read while one bank's feed does not answer", async () => {
    const read: string[] = [];
    const { promise: never, resolve } = Promise.withResolvers<void>();
    const { crossings, invoke, numbers } = crossingsOf({
      async sync({ organisationNumber }) {
        if (organisationNumber === numbers[1]) await never;
        read.push(organisationNumber);
      },
    });
    const run = invoke(() => crossings.syncConsentEvents());
    await expect.poll(() => read.length).toBe(numbers.length - 1);
    resolve();
    expect((await run).result).toEqual({ value: undefined });
  });
});
