// The choices stand in the address behind `#`, so that a state can be linked to.
import '/studielan-saldo.js';

const states = await (await fetch('/states.json')).json();
const form = document.getElementById('choices');
const stage = document.getElementById('stage');
const markup = document.getElementById('markup');
const said = document.getElementById('said');
let themeLink;

for (const name of Object.keys(states)) form.elements.state.append(new Option(name));

/** Waits until the card shows something that can be pressed, or gives up after five seconds. */
async function pressed(card, names) {
  for (const name of names)
    for (let tries = 0; tries < 100; tries++) {
      const found = card.shadowRoot.querySelector(`[data-name="${name}"]`);
      if (found && getComputedStyle(found).visibility === 'visible') {
        found.click();
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

async function show() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  const name = chosen.get('state') in states ? chosen.get('state') : 'saldo';
  const { lang = 'nb', width = '', theme = 'system' } = Object.fromEntries(chosen);
  const state = states[name];
  Object.assign(form.elements.state, { value: name });
  Object.assign(form.elements.lang, { value: lang });
  Object.assign(form.elements.width, { value: width });
  Object.assign(form.elements.theme, { value: theme });

  const root = document.documentElement;
  root.lang = lang;
  root.dataset.theme = theme;
  root.dataset.colorScheme = 'auto';
  root.toggleAttribute('data-bare', chosen.has('bare'));
  themeLink?.remove();
  if (theme === 'designsystemet') {
    themeLink = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/designsystemet.css' });
    document.head.append(themeLink);
  }
  stage.style.maxWidth = width === '' ? '' : `${width}px`;

  // What the browser brings back from Altinn.
  if (state.word) history.replaceState(null, '', `/?studielan=${state.word}${location.hash}`);
  const card = document.createElement('studielan-saldo');
  card.setAttribute('api-url', `/stub/${name}`);
  card.setAttribute('login-url', '#logg-inn');
  if (state.hasLogo !== false) {
    const logo = new Image(150, 44);
    Object.assign(logo, { src: '/logo.svg', alt: 'Lånekassen', slot: 'logo' });
    card.append(logo);
  }
  card.getToken = () => (state.isLoggedOut ? null : 'a.token.only-for-show');
  // The playground goes nowhere.
  card.addEventListener('studielan-consent', (event) => event.preventDefault());
  card.addEventListener('studielan-withdraw', (event) => event.preventDefault());
  for (const event of ['state', 'consent', 'withdraw', 'session-ended', 'logo-missing', 'problem'])
    card.addEventListener(`studielan-${event}`, ({ detail }) => {
      said.textContent = `Last event: studielan-${event} ${JSON.stringify(detail)}`;
    });
  stage.replaceChildren(card);
  markup.textContent = [
    `<studielan-saldo api-url="https://studielan.bank.example/api" lang="${lang}" login-url="/logg-inn">`,
    '  <img slot="logo" src="/lanekassen-logo.svg" alt="Lånekassen" height="44">',
    '</studielan-saldo>',
  ].join('\n');
  await pressed(card, state.press ?? []);
}

form.addEventListener('change', () => {
  location.hash = new URLSearchParams(new FormData(form)).toString();
});
addEventListener('hashchange', show);
await show();
