import type { Secret } from '../person/secret.ts';
import type { Deadline } from '../resilience/deadline.ts';

/**
 * An access token shared between customers. `drop`: its API refused it, so the next `get` fetches a new one. `false`: it stays, because
 * another caller has renewed it already, or because it replaced a refused one and the next would be refused too.
 */
export type SharedToken = { get(deadline: Deadline): Promise<Secret>; drop(token: Secret): boolean };
