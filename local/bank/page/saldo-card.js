// The card "Studielån": what the customer sees in each state. It shows what it is given and asks nobody for anything.
import { button, element, link, paragraph } from './elements.js';
import { saldoContent } from './saldo-figures.js';

/** @typedef {import('./studielan-api.js').Saldo} Saldo */

/**
 * @typedef {{ kind: 'loading' }
 *   | { kind: 'consent-needed', why: 'none' | 'rejected' | 'revoked' | 'expired' | 'refused' }
 *   | { kind: 'refused-today' }
 *   | { kind: 'pending', consentUrl?: string | undefined }
 *   | { kind: 'saldo', saldo: Saldo, now: Date, renewalUrl?: string | undefined }
 *   | { kind: 'not-a-customer' }
 *   | { kind: 'stopped', withdrawUrl?: string | undefined }
 *   | { kind: 'waiting', slow: boolean, seconds: number }
 *   | { kind: 'unavailable', requestId?: string | undefined }
 *   | { kind: 'fault', requestId?: string | undefined }} CardView
 */

/**
 * What the customer can ask for. `add` is the way to Altinn: for a first, a new or a renewed consent.
 * @typedef {{ add(): void, retry(): void, stop(): void }} CardActions
 */

/**
 * Builds the card inside `root`, which already is a labelled region.
 * @param {HTMLElement} root
 * @param {CardActions} actions
 */
export function createSaldoCard(root, actions) {
  const heading = element('h2', { id: 'studielan-heading', tabindex: '-1' }, 'Studielån');
  // Both are there, empty, from the start: screen readers announce what changes in a live region, not what arrives with it.
  const notice = element('p', { class: 'notice', role: 'status' });
  const status = element('p', { class: 'status', role: 'status' });
  const body = element('div', { class: 'card-body' });
  root.replaceChildren(heading, notice, status, body);

  return {
    /**
     * @param {CardView} view
     * @param {boolean} moveFocus true after the customer's own press, because the pressed button is gone
     */
    show(view, moveFocus = false) {
      status.textContent = view.kind === 'waiting' ? waitingWords(view.slow) : '';
      body.replaceChildren(...content(view, actions).filter((part) => part !== false));
      root.classList.toggle('roomy', ['loading', 'saldo', 'waiting'].includes(view.kind));
      if (moveFocus) heading.focus();
    },
    /** @param {string} text what is going on, said politely */
    say(text) {
      status.textContent = text;
    },
    /** @param {string} text a message about what just happened; empty takes it away */
    notify(text) {
      notice.textContent = text;
    },
    /** A press has been heard: no second one while the answer is on its way. */
    hold() {
      for (const pressable of body.querySelectorAll('button')) pressable.disabled = true;
    },
    /** @param {number} seconds until the next look-up */
    countDown(seconds) {
      const place = body.querySelector('.seconds');
      if (place) place.textContent = secondsText(seconds);
    },
  };
}

/** @param {boolean} slow */
const waitingWords = (slow) =>
  slow
    ? 'Lånekassen bruker litt lengre tid enn vanlig. Vi prøver igjen om litt.'
    : 'Vi får ikke hentet studielånet ditt akkurat nå. Vi prøver igjen om litt.';

const whyConsent = {
  none: 'Gi samtykke i Altinn, så henter vi saldoen på studielånet ditt fra Lånekassen og viser den her.',
  rejected: 'Du har ikke gitt samtykke til at vi viser studielånet ditt. Du kan ombestemme deg når du vil.',
  revoked: 'Samtykket er trukket tilbake, så vi henter ikke lenger saldoen fra Lånekassen.',
  expired: 'Samtykket har gått ut. Gi et nytt hvis du fortsatt vil se studielånet ditt her.',
  refused: 'Lånekassen godtok ikke samtykket. Du kan gi et nytt.',
};

/**
 * @param {CardView} view
 * @param {CardActions} actions
 * @returns {(Node | false)[]}
 */
function content(view, actions) {
  switch (view.kind) {
    case 'loading':
      return [skeleton()];
    case 'consent-needed':
      return [
        paragraph(whyConsent[view.why]),
        element('p', { class: 'small' }, 'Samtykket varer i høyst ett år, og du kan trekke det når som helst.'),
        element('p', { class: 'choices' }, button('Legg til studielån', actions.add)),
      ];
    case 'refused-today':
      return [paragraph('Lånekassen godtok ikke samtykket. Du kan be om et nytt i morgen.')];
    case 'pending':
      return [
        paragraph('Samtykket venter på svar i Altinn.'),
        element(
          'p',
          { class: 'choices' },
          link('Fortsett i Altinn', view.consentUrl, 'button') || button('Fortsett i Altinn', actions.add),
          button('Se etter svar', actions.retry, 'button quiet'),
        ),
      ];
    case 'saldo':
      return saldoContent(view, actions);
    case 'not-a-customer':
      return [paragraph('Vi finner ikke noe kundeforhold for deg hos Lånekassen.'), stopLine(actions)];
    case 'stopped':
      return [
        paragraph('Vi viser ikke lenger studielånet ditt og har slettet saldoen.'),
        paragraph('Samtykket ligger fortsatt i Altinn til du trekker det der.'),
        element(
          'p',
          { class: 'choices' },
          link('Trekk samtykket i Altinn', view.withdrawUrl, 'button'),
          button('Legg til studielån på nytt', actions.add, 'button quiet'),
        ),
      ];
    case 'waiting':
      return [
        // Counting aloud each second would drown everything else a screen reader has to say; the status line says it once.
        element('p', { 'aria-hidden': 'true', class: 'small' }, 'Ny henting om ', seconds(view.seconds), '.'),
        skeleton(),
      ];
    case 'unavailable':
      return [
        paragraph('Vi får ikke hentet studielånet ditt akkurat nå. Prøv igjen om litt.'),
        codeLine(view.requestId),
        element('p', { class: 'choices' }, button('Prøv igjen', actions.retry)),
      ];
    case 'fault':
      return [
        paragraph('Noe gikk galt hos oss, så vi kan ikke vise studielånet ditt nå.'),
        codeLine(view.requestId),
        element('p', { class: 'choices' }, button('Prøv igjen', actions.retry, 'button quiet')),
      ];
  }
}

/** @param {CardActions} actions */
const stopLine = (actions) =>
  element('p', { class: 'choices' }, button('Stopp å vise studielån', actions.stop, 'button quiet'));

/** @param {string | undefined} requestId */
const codeLine = (requestId) =>
  requestId !== undefined &&
  element('p', { class: 'small' }, 'Oppgi denne koden til banken: ', element('code', {}, requestId));

/** @param {number} count */
const secondsText = (count) => (count === 1 ? '1 sekund' : `${count} sekunder`);

/** @param {number} count */
const seconds = (count) => element('span', { class: 'seconds' }, secondsText(count));

/** Grey bars of the size of what is coming, so that nothing jumps. */
const skeleton = () =>
  element(
    'div',
    { class: 'skeleton', 'aria-hidden': 'true' },
    element('span', { class: 'bar wide' }),
    ...Array.from({ length: 3 }, () => element('span', { class: 'bar' })),
  );
