import { timerFunction } from '../shared/app.ts';

/** Deletes expired rows. */
timerFunction('purge-expired', 'PURGE_EXPIRED_SCHEDULE', (parts) => parts.purge());
