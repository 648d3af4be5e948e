// From the service's answers to what the card shows: what is asked when, and how often it is asked again. No document, no
// window: the element plugs them in.
import type { StudielanClient } from './client.ts';
import type { Problem } from './problem.ts';
import type { View } from './view.ts';
import { isWebAddress } from './web-address.ts';

/** How often the card asks again by itself when it is told to wait; then the customer decides. */
const reasks = 2;
/** The longest wait, in seconds, that the card counts down by itself. */
const longestCountdown = 60;
/** After how many milliseconds the wait is put into words. */
const sayAfterMs = 1000;
/** How soon, in milliseconds, coming back to the page may look for the answer of Altinn again. */
const lookAgainMs = 3000;

/** What the flow needs of its surroundings. */
export type FlowPorts = {
  client: StudielanClient;
  /** `moveFocus`: after the customer's own press, because what was pressed is gone. */
  show(view: View, moveFocus: boolean): void;
  /** A press has been heard: no second one while the answer is on its way. */
  hold(): void;
  /** Seconds until the next look-up. */
  countDown(seconds: number): void;
  /** The consent's state, as the service tells it: what the return from Altinn is held against. */
  consentKnown(state: string): void;
  openConsent(consentUrl: string): void;
  sessionEnded(problem: Problem): void;
  failed(problem: Problem): void;
  returnUrl(): string;
  /** Milliseconds that only go forward. */
  monotonicMs(): number;
  now(): Date;
};

/** What the customer or the page can ask for. `add`: the way to Altinn, for a first, a new or a renewed consent. */
export type Flow = {
  load(): void;
  add(): void;
  retry(): void;
  stop(): void;
  /** The customer is back on the page: an open consent request may have been answered meanwhile. */
  returned(): void;
  close(): void;
};

const viewOfCode: Partial<Record<Problem['code'], View>> = {
  'not-a-customer': { kind: 'not-a-customer' },
  'consent-required': { kind: 'consent-needed', why: 'none' },
  'consent-pending': { kind: 'pending' },
  'consent-rejected': { kind: 'consent-needed', why: 'rejected' },
  'consent-revoked': { kind: 'consent-needed', why: 'revoked' },
  'consent-expired': { kind: 'consent-needed', why: 'expired' },
  'consent-refused': { kind: 'consent-needed', why: 'refused' },
};

/** Runs until `close`. */
export function createFlow(ports: FlowPorts): Flow {
  /** Each thing that is asked for is a new turn; what still comes in for an older one is dropped, and its call ended. */
  let turn = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: View['kind'] | undefined;
  /** The service has said not to ask before this (monotonic milliseconds). */
  let notBefore = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const nextTurn = () => {
    clearTimeout(timer);
    turn.abort();
    turn = new AbortController();
    return turn.signal;
  };
  const show = (view: View, moveFocus = false) => {
    shown = view.kind;
    ports.show(view, moveFocus);
  };
  /** Runs one turn; being overtaken is no fault. */
  const run = (work: (signal: AbortSignal) => Promise<void>) => {
    const signal = nextTurn();
    work(signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
  };

  const load = (pressed = false, reasksLeft = reasks) =>
    run(async (signal) => {
      show({ kind: 'loading', slow: false }, pressed);
      timer = setTimeout(() => show({ kind: 'loading', slow: true }), sayAfterMs);
      lookedAt = ports.monotonicMs();
      const result = await look(signal);
      clearTimeout(timer);
      if ('kind' in result) show(result);
      else showProblem(result, reasksLeft);
    });

  async function look(signal: AbortSignal): Promise<View | Problem> {
    const consent = await ports.client.currentConsent({ signal });
    signal.throwIfAborted();
    if (!consent.ok) return consent.problem;
    const current = consent.value;
    ports.consentKnown(current.state);
    if (current.state === 'pending') return { kind: 'pending', consentUrl: current.consentUrl };
    if (current.state !== 'accepted') return { kind: 'consent-needed', why: current.state };
    const { consentUrl, withdrawUrl } = current;
    const answer = await ports.client.saldo({ signal });
    signal.throwIfAborted();
    if (!answer.ok)
      return answer.problem.code === 'not-a-customer' ? { kind: 'not-a-customer', withdrawUrl } : answer.problem;
    const saldo = answer.value;
    const now = ports.now();
    const due = Date.parse(saldo.consent.renewFrom) <= now.getTime();
    const renewal = isWebAddress(consentUrl) ? { consentUrl } : due ? 'due' : 'no';
    return { kind: 'saldo', saldo, now, renewal, withdrawUrl };
  }

  function showProblem(problem: Problem, reasksLeft: number, pressed = false) {
    const { code, status, retryAfterSeconds, requestId } = problem;
    if (status === 401 || code === 'token-missing') {
      show({ kind: 'session-ended' }, pressed);
      ports.sessionEnded(problem);
      return;
    }
    const known = viewOfCode[code];
    if (known !== undefined) return show(known, pressed);
    ports.failed(problem);
    if (!isPassing(problem)) return show({ kind: 'fault', requestId }, pressed);
    const slow = code === 'saldo-not-ready';
    const seconds = Math.max(1, Math.ceil(retryAfterSeconds ?? 0));
    notBefore = retryAfterSeconds === undefined ? 0 : ports.monotonicMs() + seconds * 1000;
    if (reasksLeft > 0 && retryAfterSeconds !== undefined && seconds <= longestCountdown)
      waitAndLoad(slow, reasksLeft - 1, pressed);
    else show({ kind: 'unavailable', slow, requestId }, pressed);
  }

  /** Counts down to `notBefore` and asks again. */
  function waitAndLoad(slow: boolean, reasksLeft: number, moveFocus: boolean) {
    nextTurn();
    const left = () => Math.ceil((notBefore - ports.monotonicMs()) / 1000);
    show({ kind: 'waiting', slow, seconds: left() }, moveFocus);
    const tick = () => {
      if (left() <= 0) return load(false, reasksLeft);
      ports.countDown(left());
      timer = setTimeout(tick, 250);
    };
    tick();
  }

  return {
    load: () => load(),
    // The button may be pressed sooner than the service wants to be asked: then the press is kept until then.
    retry: () => (notBefore > ports.monotonicMs() ? waitAndLoad(false, 0, true) : load(true, 0)),

    add: () =>
      run(async (signal) => {
        ports.hold();
        const answer = await ports.client.startConsent(ports.returnUrl(), { signal });
        signal.throwIfAborted();
        if (!answer.ok) {
          if (answer.problem.code === 'consent-refused') show({ kind: 'refused-today' }, true);
          else showProblem(answer.problem, 0, true);
        } else if (answer.value.state === 'pending' && isWebAddress(answer.value.consentUrl)) {
          show({ kind: 'pending', consentUrl: answer.value.consentUrl }, true);
          ports.openConsent(answer.value.consentUrl);
        } else load(true);
      }),

    stop: () =>
      run(async (signal) => {
        ports.hold();
        const answer = await ports.client.endConsent({ signal });
        signal.throwIfAborted();
        if (answer.ok) show({ kind: 'stopped', withdrawUrl: answer.value.withdrawUrl }, true);
        else showProblem(answer.problem, 0, true);
      }),

    returned() {
      if (shown === 'pending' && ports.monotonicMs() - lookedAt >= lookAgainMs) load();
    },

    close: () => {
      nextTurn();
      shown = undefined;
    },
  };
}

/** True for what may be gone in a moment: no answer, or an outage behind the service. A wrong setting is not, whatever its status. */
const isPassing = ({ status, code }: Problem) =>
  code !== 'configuration' && code !== 'upstream-invalid-reply' && [0, 429, 502, 503, 504].includes(status);
