// Plugs the flow and the card's buttons into one element.
import type { StudielanClient } from './client.ts';
import type { Actions } from './consent-line.ts';
import { send } from './events.ts';
import { createFlow, type Flow } from './flow.ts';
import type { Problem } from './problem.ts';
import type { Screen } from './screen.ts';
import { writingOf } from './setup.ts';

/** The flow of an element. `ended`: the customer has ended the use here. `sessionEnded`: the service takes the token no longer. */
export const flowOf = (
  element: HTMLElement,
  client: StudielanClient,
  screen: Screen,
  on: { ended(): void; sessionEnded(problem: Problem): void },
): Flow =>
  createFlow({
    client,
    show: screen.show,
    hold: screen.hold,
    countDown: screen.countDown,
    consentKnown: screen.consentKnown,
    openConsent: (consentUrl) => {
      if (send(element, 'studielan-consent', { consentUrl })) location.assign(consentUrl);
    },
    ended: on.ended,
    sessionEnded: on.sessionEnded,
    failed: ({ code, status, requestId }) =>
      send(element, 'studielan-problem', { code, status, ...(requestId === undefined ? {} : { requestId }) }),
    returnUrl: () => element.getAttribute('return-url') ?? location.origin + location.pathname,
    inSight: () => document.visibilityState === 'visible',
    monotonicMs: () => performance.now(),
    now: () => new Date(),
  });

/** What the card's buttons and links do. `pressed` says what is coming; the flow of the moment does it, if there is one. */
export function actionsOf(
  element: HTMLElement,
  flow: () => Flow | undefined,
  pressed: (words: string) => void,
): Omit<Actions, 'closeMessage'> {
  const press = (work: (flow: Flow) => void, words = '') => {
    pressed(words);
    const now = flow();
    if (now) work(now);
  };
  return {
    add: () => press((now) => now.add(), writingOf(element).texts.opening),
    retry: () => press((now) => now.retry()),
    stop: () => press((now) => now.stop()),
    goOn: (consentUrl, event) => {
      flow()?.left();
      if (!send(element, 'studielan-consent', { consentUrl })) event.preventDefault();
    },
    withdraw: (withdrawUrl, event) => {
      flow()?.left();
      if (!send(element, 'studielan-withdraw', { withdrawUrl })) event.preventDefault();
    },
  };
}

/** The one look-up of an element: a new one ends the one before. */
export class CurrentLook {
  flow: Flow | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: object | undefined;

  /** Runs `begin` once the page has done what it is doing, unless the look-up is stopped before. */
  soon(begin: () => void): void {
    const turn = {};
    this.#turn = turn;
    queueMicrotask(() => {
      if (this.#turn === turn) begin();
    });
  }

  /** Runs `work` after `ms` milliseconds, unless the look-up is stopped before. */
  after(ms: number, work: () => void): void {
    this.#timer = setTimeout(work, ms);
  }

  stop(): void {
    this.#turn = undefined;
    clearTimeout(this.#timer);
    this.flow?.close();
    this.flow = undefined;
  }
}
