// How long a view may stay on screen: at most the saldo's own life, not unchecked after the page was hidden, and not after a change
// elsewhere.
import type { View } from './view.ts';

/** A page that was hidden for longer than this, in milliseconds, looks up everything again. */
const outOfSightMs = 60_000;
/** The shortest time, in milliseconds, between a look-up and another one after the customer comes back from Altinn. */
const lookAgainMs = 3000;
/** The life of a saldo that has ended already by this browser's clock. The clock is wrong, and must not cause a look-up a second. */
const wrongClockLifeMs = 60_000;
const mostLifeMs = 24 * 3_600_000;

/** Watches what is shown, and when it must be removed. */
export type Stay = {
  shown(view: View): void;
  looked(): void;
  /** The customer has gone to Altinn by the card's own link. */
  left(): void;
  sightChanged(): void;
  doubt(): void;
  close(): void;
};

type Ports = { show(view: View, moveFocus: boolean): void; inSight(): boolean; monotonicMs(): number; now(): Date };

/** `look` starts a look-up, which removes what is shown at once. `drop` ends the look-up in progress. */
export function createStay(ports: Ports, { look, drop }: { look(): void; drop(): void }): Stay {
  let kind: View['kind'] | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let life: { sinceMs: number; sinceTime: number; ms: number } | undefined;
  let hidden: { sinceMs: number; sinceTime: number } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isAway = false;
  let isInDoubt = false;

  const mark = () => ({ sinceMs: ports.monotonicMs(), sinceTime: ports.now().getTime() });
  // The larger of two clocks counts: one stops while a machine sleeps, the other can be set back.
  const passed = ({ sinceMs, sinceTime }: { sinceMs: number; sinceTime: number }) =>
    Math.max(ports.monotonicMs() - sinceMs, ports.now().getTime() - sinceTime);
  const isOver = () => life !== undefined && passed(life) >= life.ms;

  /** Removes what is shown, and looks again now or when the page is visible. */
  const renew = () => {
    clearTimeout(timer);
    life = undefined;
    isInDoubt = !ports.inSight();
    if (isInDoubt) {
      drop();
      kind = 'loading';
      ports.show({ kind, slow: false }, false);
    } else look();
  };
  const onTime = () => {
    if (isOver()) renew();
    else if (life) timer = setTimeout(onTime, Math.min(life.ms - passed(life), outOfSightMs));
  };

  return {
    shown(view) {
      clearTimeout(timer);
      kind = view.kind;
      isInDoubt = false;
      life = view.kind === 'saldo' ? { ...mark(), ms: lifeMs(view) } : undefined;
      if (life) onTime();
    },
    looked: () => {
      lookedAt = ports.monotonicMs();
      isAway = false;
    },
    left: () => {
      isAway = true;
    },
    sightChanged() {
      if (!ports.inSight()) {
        hidden ??= mark();
        return;
      }
      const wasLong = hidden !== undefined && passed(hidden) > outOfSightMs;
      hidden = undefined;
      const isBack = (isAway || kind === 'pending') && ports.monotonicMs() - lookedAt >= lookAgainMs;
      const looksAgain = wasLong && kind !== 'loading' && kind !== 'waiting' && kind !== 'session-ended';
      if (isInDoubt || isOver() || isBack || looksAgain) renew();
    },
    doubt: () => {
      if (kind !== 'session-ended') renew();
    },
    close: () => {
      clearTimeout(timer);
      life = undefined;
    },
  };
}

/** How long a saldo may still be shown, milliseconds: until `heldUntil`, by this browser's clock as far as that can be right. */
function lifeMs({ saldo, now }: View & { kind: 'saldo' }): number {
  const until = Date.parse(saldo.heldUntil);
  // The saldo was fetched before it arrived here: a clock that says otherwise is at least that much behind.
  const here = Math.max(now.getTime(), Date.parse(saldo.fetchedAt));
  return until > here ? Math.min(until - here, mostLifeMs) : wrongClockLifeMs;
}
