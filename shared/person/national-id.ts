import { idnr } from '@navikt/fnrvalidator';
import { Unprintable } from './secret.ts';

/**
 * A Norwegian national id (fødselsnummer, D-number, H-number, or a synthetic one of Tenor), control digits checked.
 * It cannot be printed: `String(id)`, JSON, `util.inspect` and template literals all return `[national id]`.
 */
export class NationalId extends Unprintable {
  readonly #digits: string;

  private constructor(digits: string) {
    super('[national id]');
    this.#digits = digits;
  }

  /** The national id in `value`, or `undefined` when it is anything else than 11 digits with right control digits. */
  static parse(value: unknown): NationalId | undefined {
    if (typeof value !== 'string' || !/^\d{11}$/.test(value)) return undefined;
    return idnr(value).status === 'valid' ? new NationalId(value) : undefined;
  }

  /** The 11 digits. For the wire (Altinn, Maskinporten, Lånekassen) and for keyed hashing only. */
  reveal(): string {
    return this.#digits;
  }

  equals(other: NationalId): boolean {
    return this.reveal() === other.reveal();
  }
}

/** The URN that Altinn and Maskinporten name a person by. */
export function personUrn(nationalId: NationalId): string {
  return `urn:altinn:person:identifier-no:${nationalId.reveal()}`;
}

/** The national id inside a person URN, or `undefined` for anything else. */
export function fromPersonUrn(urn: unknown): NationalId | undefined {
  if (typeof urn !== 'string') return undefined;
  const match = /^urn:altinn:person:identifier-no:(\d{11})$/i.exec(urn);
  return match ? NationalId.parse(match[1]) : undefined;
}
