// From the service's answers to what the card shows: which call is made when, and how often again. It uses neither document nor
// window; the element passes them in.
import type { Flow, FlowPorts } from './flow-ports.ts';
import { lookUp } from './look-up.ts';
import type { Problem } from './problem.ts';
import { createStay, type Stay } from './stay.ts';
import { isPassing, troubleOf } from './trouble.ts';
import type { Trouble, View } from './view.ts';
import { isWebAddress } from './web-address.ts';

export type { Flow, FlowPorts } from './flow-ports.ts';

/** How often the card looks again by itself when it must wait. After that the customer decides. */
const reasks = 2;
/** The longest wait, in seconds, that the card counts down by itself. */
const longestCountdown = 60;
/** Milliseconds until the card says that it waits. */
const sayAfterMs = 1000;

/** Runs until `close`. */
export function createFlow(ports: FlowPorts): Flow {
  /** Each request of customer or page is a new turn. It aborts the call of the turn before, and drops its answer. */
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
  /** Runs one turn. A turn that a newer one aborts is no error. */
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
      const result = await lookUp(ports, { signal, fresh: wantsFresh });
      clearTimeout(timer);
      // The look-up is `fresh` until there is an answer.
      if ('kind' in result || result.status !== 0) wantsFresh = false;
      if (!('kind' in result)) return showProblem(result, reasksLeft);
      show(result);
      if (result.kind === 'saldo') await lookForRenewal(result, signal);
    });

  /** In the consent's last weeks a renewal may be open already. The saldo is shown before that is known. */
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
    // After an early press the card waits until the service may be called again.
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
