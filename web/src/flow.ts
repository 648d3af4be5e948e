// From the service's answers to what the card shows: what is asked when, and how often it is asked again. No document, no
// window: the element plugs them in.
import type { Saldo } from './api-types.ts';
import type { StudielanClient } from './client.ts';
import type { Problem } from './problem.ts';
import { createStay, type Stay } from './stay.ts';
import type { Trouble, View, WhyConsent } from './view.ts';
import { isWebAddress } from './web-address.ts';

/** How often the card asks again by itself when it must wait; then the customer decides. */
const reasks = 2;
/** The longest wait, in seconds, that the card counts down by itself. */
const longestCountdown = 60;
/** After how many milliseconds the card says that it waits. */
const sayAfterMs = 1000;

/** What the flow needs of its surroundings. */
export type FlowPorts = {
  client: Pick<StudielanClient, 'currentConsent' | 'saldo' | 'startConsent' | 'endConsent'>;
  /** `moveFocus`: after the customer's own press, because what was pressed is gone. */
  show(view: View, moveFocus: boolean): void;
  /** A press has been heard: no second one while the answer is on its way. */
  hold(): void;
  /** Seconds until the next look-up. */
  countDown(seconds: number): void;
  /** The consent's state, as the service gives it: what the return from Altinn is held against. */
  consentKnown(state: string): void;
  openConsent(consentUrl: string): void;
  /** The customer has ended the use here: other tabs must not go on showing it. */
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
  /** `fresh`: the customer may have changed something in Altinn, so the service is to read it there. */
  load(how?: { fresh?: boolean }): void;
  add(): void;
  retry(): void;
  stop(): void;
  /** The customer goes to Altinn by a link of the card: the next look-up is a fresh one. */
  left(): void;
  /** The page has gone out of sight, or come back. */
  sightChanged(): void;
  /** Something has changed elsewhere: what is shown goes, and is looked for again when the page is in sight. */
  doubt(): void;
  close(): void;
};

const whyOfCode: Partial<Record<Problem['code'], WhyConsent>> = {
  'consent-required': 'none',
  'consent-rejected': 'rejected',
  'consent-revoked': 'revoked',
  'consent-expired': 'expired',
  'consent-refused': 'refused',
};

/** Runs until `close`. */
export function createFlow(ports: FlowPorts): Flow {
  /** Each thing that is asked for is a new turn; what still comes in for an older one is dropped, and its call ended. */
  let turn = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The service has said not to ask before this (monotonic milliseconds). */
  let notBefore = 0;
  let wantsFresh = false;
  const stay: Stay = createStay(ports, { look: () => load(), drop: () => void nextTurn() });

  const nextTurn = () => {
    clearTimeout(timer);
    turn.abort();
    turn = new AbortController();
    return turn.signal;
  };
  const show = (view: View, moveFocus = false) => {
    stay.shown(view);
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
      stay.looked();
      const result = await look(signal);
      clearTimeout(timer);
      // Asked afresh until there is an answer.
      if ('kind' in result || result.status !== 0) wantsFresh = false;
      if (!('kind' in result)) return showProblem(result, reasksLeft);
      show(result);
      if (result.kind === 'saldo') await lookForRenewal(result, signal);
    });

  /** One call tells nearly everything: the saldo, or why there is none. */
  async function look(signal: AbortSignal, again = true): Promise<View | Problem> {
    const answer = await ports.client.saldo({ signal, fresh: wantsFresh });
    signal.throwIfAborted();
    if (answer.ok) {
      ports.consentKnown('accepted');
      return saldoView(answer.value);
    }
    const { code } = answer.problem;
    const why = whyOfCode[code];
    if (why !== undefined) {
      ports.consentKnown(why === 'refused' ? 'rejected' : why);
      return { kind: 'consent-needed', why };
    }
    if (code !== 'consent-pending' && code !== 'not-a-customer') return answer.problem;
    // Both need an address at Altinn that only the consent has.
    const current = await ports.client.currentConsent({ signal });
    signal.throwIfAborted();
    if (!current.ok) return current.problem;
    const consent = current.value;
    ports.consentKnown(consent.state);
    if (consent.state === 'pending') return { kind: 'pending', consentUrl: consent.consentUrl };
    if (consent.state !== 'accepted') return { kind: 'consent-needed', why: consent.state };
    if (code === 'consent-pending' && again) return look(signal, false);
    return { kind: 'not-a-customer', withdrawUrl: consent.withdrawUrl };
  }

  function saldoView(saldo: Saldo): View & { kind: 'saldo' } {
    const now = ports.now();
    const due = Date.parse(saldo.consent.renewFrom) <= now.getTime();
    return { kind: 'saldo', saldo, now, renewal: due ? 'due' : 'no', withdrawUrl: saldo.consent.withdrawUrl };
  }

  /** In the consent's last weeks a renewal may be open already; the saldo does not wait for knowing that. */
  async function lookForRenewal(view: View & { kind: 'saldo' }, signal: AbortSignal) {
    if (view.renewal === 'no' && isWebAddress(view.withdrawUrl)) return;
    const current = await ports.client.currentConsent({ signal });
    if (signal.aborted || !current.ok || current.value.state !== 'accepted') return;
    const { consentUrl, withdrawUrl } = current.value;
    show({ ...view, withdrawUrl, ...(isWebAddress(consentUrl) ? { renewal: { consentUrl } } : {}) });
  }

  function showProblem(problem: Problem, reasksLeft: number, pressed = false) {
    const { code, status, retryAfterSeconds, requestId } = problem;
    if (status === 401 || code === 'token-missing') {
      show({ kind: 'session-ended' }, pressed);
      ports.sessionEnded(problem);
      return;
    }
    ports.failed(problem);
    if (!isPassing(problem)) return show({ kind: 'fault', requestId }, pressed);
    const why = troubleOf(problem);
    const seconds = Math.max(1, Math.ceil(retryAfterSeconds ?? 0));
    notBefore = retryAfterSeconds === undefined ? 0 : ports.monotonicMs() + seconds * 1000;
    if (reasksLeft > 0 && retryAfterSeconds !== undefined && seconds <= longestCountdown)
      waitAndLoad(why, reasksLeft - 1, pressed);
    else show({ kind: 'unavailable', why, requestId }, pressed);
  }

  /** Counts down to `notBefore` and asks again. */
  function waitAndLoad(why: Trouble, reasksLeft: number, moveFocus: boolean) {
    nextTurn();
    const left = () => Math.ceil((notBefore - ports.monotonicMs()) / 1000);
    show({ kind: 'waiting', why, seconds: left() }, moveFocus);
    const tick = () => {
      if (left() <= 0) return load(false, reasksLeft);
      ports.countDown(left());
      timer = setTimeout(tick, 250);
    };
    tick();
  }

  return {
    load: ({ fresh = false } = {}) => {
      wantsFresh ||= fresh;
      load();
    },
    // The button may be pressed sooner than the service wants to be asked: then the press is kept until then.
    retry: () => (notBefore > ports.monotonicMs() ? waitAndLoad('busy', 0, true) : load(true, 0)),

    add: () =>
      run(async (signal) => {
        ports.hold();
        const answer = await ports.client.startConsent(ports.returnUrl(), { signal });
        signal.throwIfAborted();
        if (!answer.ok) {
          const { code } = answer.problem;
          if (code === 'consent-refused') show({ kind: 'refused-today', why: 'refused' }, true);
          else if (code === 'too-many-requests') show({ kind: 'refused-today', why: 'too-many' }, true);
          else showProblem(answer.problem, 0, true);
        } else if (answer.value.state === 'pending' && isWebAddress(answer.value.consentUrl)) {
          show({ kind: 'pending', consentUrl: answer.value.consentUrl }, true);
          wantsFresh = true;
          ports.openConsent(answer.value.consentUrl);
        } else load(true);
      }),

    stop: () =>
      run(async (signal) => {
        ports.hold();
        const answer = await ports.client.endConsent({ signal });
        signal.throwIfAborted();
        if (!answer.ok) return showProblem(answer.problem, 0, true);
        show({ kind: 'stopped', withdrawUrl: answer.value.withdrawUrl }, true);
        ports.ended();
      }),

    left() {
      wantsFresh = true;
      stay.left();
    },
    sightChanged: stay.sightChanged,
    doubt: stay.doubt,
    close: () => {
      nextTurn();
      stay.close();
    },
  };
}

/** True for what may be gone in a moment: no answer, or an outage behind the service. A wrong setting is not, whatever its status. */
const isPassing = ({ status, code }: Problem) =>
  code !== 'configuration' && code !== 'upstream-invalid-reply' && [0, 429, 502, 503, 504].includes(status);

function troubleOf({ status, code }: Problem): Trouble {
  if (code === 'saldo-not-ready') return 'slow';
  if (code === 'upstream-busy' || status === 429) return 'busy';
  return status === 0 ? 'offline' : 'silent';
}
