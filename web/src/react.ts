// <studielan-saldo> for React 18 and 19: a function for the token, events as props, safe when rendered on a server and in
// StrictMode. On the server it is the bare element; the browser gives it its functions.
import {
  createElement,
  forwardRef,
  type ReactNode,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import type {
  GetToken,
  StudielanEvent,
  StudielanEvents,
  StudielanSaldo as StudielanSaldoElement,
} from './studielan-saldo.ts';
import './studielan-saldo.ts';

export type { GetToken, StudielanEvent, StudielanEvents, StudielanSaldoElement };

/** What the element takes as attributes, by its own names. */
export type StudielanSaldoAttributes = {
  'api-url'?: string | undefined;
  credentials?: 'omit' | 'same-origin' | undefined;
  'customer-key'?: string | undefined;
  'return-url'?: string | undefined;
  'login-url'?: string | undefined;
  'help-url'?: string | undefined;
  'heading-level'?: number | undefined;
  'wait-seconds'?: number | undefined;
};

type Hear<Name extends keyof StudielanEvents> = (event: StudielanEvent<Name>) => void;

/** docs/front-end.md says what each is for. `children` is Lånekassen's logo, with `slot="logo"`. */
export type StudielanSaldoProps = {
  apiUrl: string;
  /** It may be a new function at each render: the latest one is used, and no look-up starts. */
  getToken?: GetToken | undefined;
  credentials?: 'omit' | 'same-origin' | undefined;
  /** Changes with the customer. Not the national id: it is in the page's HTML. */
  customerKey?: string | undefined;
  returnUrl?: string | undefined;
  loginUrl?: string | undefined;
  helpUrl?: string | undefined;
  headingLevel?: number | undefined;
  waitSeconds?: number | undefined;
  lang?: string | undefined;
  id?: string | undefined;
  className?: string | undefined;
  children?: ReactNode;
  onState?: Hear<'studielan-state'> | undefined;
  onConsent?: Hear<'studielan-consent'> | undefined;
  onWithdraw?: Hear<'studielan-withdraw'> | undefined;
  onSessionEnded?: Hear<'studielan-session-ended'> | undefined;
  onLogoMissing?: Hear<'studielan-logo-missing'> | undefined;
  onProblem?: Hear<'studielan-problem'> | undefined;
};

const propOf = {
  'studielan-state': 'onState',
  'studielan-consent': 'onConsent',
  'studielan-withdraw': 'onWithdraw',
  'studielan-session-ended': 'onSessionEnded',
  'studielan-logo-missing': 'onLogoMissing',
  'studielan-problem': 'onProblem',
} as const satisfies Record<keyof StudielanEvents, keyof StudielanSaldoProps>;

// A server has no layout, and React 18 warns about the hook there.
const useBeforePaint = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/** The card. Its `ref` is the element: `ref.current.erase()` at logout. */
export const StudielanSaldo = forwardRef<StudielanSaldoElement, StudielanSaldoProps>((props, ref) => {
  const own = useRef<StudielanSaldoElement>(null);
  const latest = useRef(props);
  useImperativeHandle(ref, () => own.current as StudielanSaldoElement, []);
  useBeforePaint(() => {
    latest.current = props;
    if (own.current && own.current.getToken !== props.getToken) own.current.getToken = props.getToken;
  });
  useBeforePaint(() => {
    const element = own.current;
    if (!element) return;
    const stop = new AbortController();
    for (const [name, prop] of Object.entries(propOf))
      element.addEventListener(
        name,
        (event) => (latest.current[prop] as ((event: Event) => void) | undefined)?.(event),
        { signal: stop.signal },
      );
    // With server-side rendering the session may have ended before React listened.
    if (element.state === 'session-ended')
      latest.current.onSessionEnded?.(
        new CustomEvent('studielan-session-ended', { detail: { code: 'session-ended' } }),
      );
    return () => stop.abort();
  }, []);
  const attributes: StudielanSaldoAttributes = {
    'api-url': props.apiUrl,
    credentials: props.credentials,
    'customer-key': props.customerKey,
    'return-url': props.returnUrl,
    'login-url': props.loginUrl,
    'help-url': props.helpUrl,
    'heading-level': props.headingLevel,
    'wait-seconds': props.waitSeconds,
  };
  const { id, lang, className } = props;
  // `class`, because React 18 passes a custom element its props unchanged.
  return createElement('studielan-saldo', { ...attributes, ref: own, id, lang, class: className }, props.children);
});
StudielanSaldo.displayName = 'StudielanSaldo';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'studielan-saldo': import('react').DetailedHTMLProps<
        import('react').HTMLAttributes<StudielanSaldoElement> &
          StudielanSaldoAttributes & { class?: string | undefined; getToken?: GetToken | undefined },
        StudielanSaldoElement
      >;
    }
  }
}
