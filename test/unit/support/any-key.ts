import type { PersonKey, SessionKey, SubjectKey } from '../../../shared/person/person-key.ts';

/** A readable text as a key of the requested kind. */
export const anyKey = (text: string) => text as PersonKey & SessionKey & SubjectKey;
