import { isProblemCode } from '../problems.ts';
import type { Row, Values } from '../storage/tables.ts';
import type { Session } from './session.ts';

/** Session row's values from a state. `purgeAt` is when the sweep may take the row. */
export function toValues(session: Exclude<Session, { state: 'absent' }>, purgeAt: number): Values {
  const common = { state: session.state, owner: session.owner, purgeAt: new Date(purgeAt).toISOString() };
  switch (session.state) {
    case 'leased':
      return { ...common, leaseId: session.leaseId };
    case 'failed':
      return {
        ...common,
        code: session.code,
        ...(session.retryAfterSeconds === undefined ? {} : { retryAfter: String(session.retryAfterSeconds) }),
      };
    case 'held':
      return { ...common, ...session.sealed, expiresAt: new Date(session.expiresAt).toISOString() };
    case 'ended':
      return common;
  }
}

/** The state in a row. A row that cannot be read as one counts as `absent`: it is overwritten, never shown. */
export function fromRow(row: Row | undefined): Session {
  const values = row?.values ?? {};
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : '');
  const owner = text('owner');
  switch (values.state) {
    case 'leased':
      return { state: 'leased', owner, leaseId: text('leaseId') };
    case 'failed': {
      const retryAfter = Number(text('retryAfter'));
      const code = text('code');
      return {
        state: 'failed',
        owner,
        code: isProblemCode(code) ? code : 'upstream-unavailable',
        ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
      };
    }
    case 'held': {
      const expiresAt = Date.parse(text('expiresAt'));
      return {
        state: 'held',
        owner,
        sealed: { salt: text('salt'), nonce: text('nonce'), box: text('box') },
        expiresAt: Number.isNaN(expiresAt) ? 0 : expiresAt,
      };
    }
    case 'ended':
      return { state: 'ended', owner };
    default:
      return { state: 'absent' };
  }
}
