import type { ViewKind } from './view.ts';

/** The events of `<studielan-saldo>`, by name, with their `detail`. All bubble. No detail holds a figure or a token. */
export type StudielanEvents = {
  /** The card shows another state. Do not send it to analytics: even this may reveal that a person has a student loan. */
  'studielan-state': { state: ViewKind };
  /** The customer wants to give consent. Cancelable: `preventDefault` and open `consentUrl` yourself (an in-app browser). */
  'studielan-consent': { consentUrl: string };
  /** The customer wants to see or withdraw the consent at Altinn. Cancelable in the same way. */
  'studielan-withdraw': { withdrawUrl: string };
  /** The service refuses the token, `getToken` returned none, or another tab has logged out: log in again. `code`: see `docs/problems`. */
  'studielan-session-ended': { code: string };
  /** A saldo is shown and Lånekassen's logo is not (duty C-6). */
  'studielan-logo-missing': Record<string, never>;
  /** A call failed in a way that the bank may want to count. `requestId` finds it at the platform team. */
  'studielan-problem': { code: string; status: number; requestId?: string };
};

/** One of the events as a listener gets it. */
export type StudielanEvent<Name extends keyof StudielanEvents> = CustomEvent<StudielanEvents[Name]>;

/** Dispatches an event on the element; `false` if a listener has called `preventDefault`. */
export const send = <Name extends keyof StudielanEvents>(
  from: HTMLElement,
  name: Name,
  detail: StudielanEvents[Name],
): boolean =>
  from.dispatchEvent(
    new CustomEvent(name, {
      detail,
      bubbles: true,
      composed: true,
      cancelable: name === 'studielan-consent' || name === 'studielan-withdraw',
    }),
  );

type StudielanEventMap = { [Name in keyof StudielanEvents]: CustomEvent<StudielanEvents[Name]> };

declare global {
  interface HTMLElementEventMap extends StudielanEventMap {}
}
