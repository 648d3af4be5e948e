/** What is known of a call's login session: its keyed name, and what its row said when the call came. */
export type LoginOfCall = { names: { sessionKey: string }; stored: { doc?: { state: string } | undefined } };

/**
 * Distinguishes the first answer of a login session from its reloads. Availability counts customers and not their reloads, and no name of
 * a session leaves the process. So the app itself marks the
 * answers that count. The session's row shows a failure and a held saldo to every instance; for other answers this process remembers the
 * latest sessions, `most` of them at the most (default: 10 000).
 */
export function createFirstAnswers(most = 10_000) {
  const latest = new Map<string, boolean>();
  const ofRow: Readonly<Record<string, boolean>> = { failed: true, held: false };
  return {
    /** Whether an answer counts: the first of its kind, good or failed, in its session. A call without a session always counts. */
    counts(login: LoginOfCall | undefined, failed: boolean): boolean {
      if (login === undefined) return true;
      const name = login.names.sessionKey;
      const before = latest.get(name) ?? ofRow[login.stored.doc?.state ?? ''];
      latest.delete(name);
      latest.set(name, failed);
      const [oldest] = latest.keys();
      if (latest.size > most && oldest !== undefined) latest.delete(oldest);
      return before !== failed;
    },
  };
}
