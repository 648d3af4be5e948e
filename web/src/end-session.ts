import type { StudielanClient } from './client.ts';

/** The longest wait for the service, in milliseconds. The identity provider's own logout reaches the service too. */
const waitMs = 5000;

/** Ends the session at the service: true when the service has confirmed it, false when it did not within 5 seconds. Never throws. */
export async function endSession(client: Pick<StudielanClient, 'endSession'>): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), waitMs));
  const answered = client.endSession().then(
    // A session that the service has ended already holds nothing any more.
    (answer) => answer.ok || answer.problem.code === 'session-ended',
    () => false,
  );
  return await Promise.race([answered, late]);
}
