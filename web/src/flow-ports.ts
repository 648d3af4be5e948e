// What the flow needs of its surroundings, and what it does for them.
import type { StudielanClient } from './client.ts';
import type { Problem } from './problem.ts';
import type { View } from './view.ts';

/** What the flow needs of its surroundings. */
export type FlowPorts = {
  client: Pick<StudielanClient, 'currentConsent' | 'saldo' | 'startConsent' | 'endConsent'>;
  /** `moveFocus`: after a press, because the pressed element is gone. */
  show(view: View, moveFocus: boolean): void;
  /** Holds the buttons until the answer arrives. */
  hold(): void;
  /** Seconds until the next look-up. */
  countDown(seconds: number): void;
  /** The consent's state, as the service returns it. The message after the return from Altinn must agree with it. */
  consentKnown(state: string): void;
  openConsent(consentUrl: string): void;
  /** The customer has ended the use here. Other tabs must not show the saldo any longer. */
  ended(): void;
  sessionEnded(problem: Problem): void;
  failed(problem: Problem): void;
  returnUrl(): string;
  inSight(): boolean;
  /** Milliseconds that only go forward. */
  monotonicMs(): number;
  now(): Date;
};

/** What the customer or the page can ask for. `add`: the way to Altinn, for a first, a new or a renewed consent. */
export type Flow = {
  /** `fresh`: the service must read Altinn, because the customer may have changed the consent there. */
  load(how?: { fresh?: boolean }): void;
  add(): void;
  retry(): void;
  stop(): void;
  /** The customer follows a link of the card to Altinn: the next look-up is `fresh`. */
  left(): void;
  /** The page has gone out of sight, or come back. */
  sightChanged(): void;
  /** Something has changed elsewhere: removes what is shown, and looks again when the page is visible. */
  doubt(): void;
  close(): void;
};
