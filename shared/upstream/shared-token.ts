import type { Hidden } from '../person/hidden.ts';
import type { Deadline } from '../resilience/deadline.ts';

/** An access token shared between customers: fetched when needed, dropped when its API refuses it, so that the next `get` fetches a new one. */
export type SharedToken = { get(deadline: Deadline): Promise<Hidden>; drop(token: Hidden): void };
