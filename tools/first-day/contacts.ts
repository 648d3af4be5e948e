// The contacts for a red step, from docs/runbook.md ("Whom to ask, and when") and docs/contracts/onboarding.md §5.
import type { Cause } from '../doctor/cause.ts';
import { causes } from '../doctor/causes.ts';

const supportHours = 'working days 08:00–15:45 (08:00–15:00 from 15 May to 14 September)';
const dsopSupport = `DSOP Support, https://support.dsop.no/, ${supportHours}`;
const digdir =
  'Digdir: first its self-service, then its status (https://status.digdir.no/), then servicedesk@digdir.no';
const own = 'the team that runs the app (docs/runbook.md)';

/** The party that can fix a red step, and where to find it. Keys: the parties as doctor names them, and those of this script. */
export const contacts = {
  'platform team': own,
  'platform team, in Digdir self-service': digdir,
  'platform team, with Lånekassen': `${own}; Lånekassen through ${dsopSupport}`,
  'platform team, with the certificate issuer': `${own}; the issuer is Buypass or Commfides`,
  'platform team, with the owner of the scope': `${own}; for Lånekassen's scope ${dsopSupport}; for Altinn's scope ${digdir}`,
  'platform team, with the identity provider': `${own}, and the team that runs the bank's login`,
  'the owner of the scope': `for Lånekassen's scope ${dsopSupport}; for Altinn's scope ${digdir}`,
  'the bank, in Altinn': 'the person with the right to delegate for the bank in Altinn (docs/onboarding.md, B-6)',
  Lånekassen: `through ${dsopSupport}`,
  Altinn: digdir,
  Maskinporten: digdir,
  'the person who clicks':
    'the person at this machine: log in as the test person, and answer in Altinn (docs/onboarding.md, test persons)',
  developers: 'the maintainers of this program (CONTRIBUTING.md)',
} as const;

/** A party that a red step can lead to. */
export type Party = keyof typeof contacts;

/** What is wrong, who can fix it, and how. It has no value of a setting and no personal data. */
export type Blame = { says: string; who: Party; remedy: string };

/** Ends the run, because a step is red. */
export class RedStep extends Error {
  readonly blame: Blame;
  constructor(blame: Blame) {
    super(blame.says);
    this.name = 'RedStep';
    this.blame = blame;
  }
}

/** A cause that doctor knows, as blame. `note`: names and figures that are not secret. */
export function blameOf(cause: keyof typeof causes, note?: string): Blame {
  const { says, who, remedy }: Cause = causes[cause];
  return { says: note === undefined ? says : `${says} (${note})`, who: who as Party, remedy };
}

const names = { lanekassen: 'Lånekassen', altinn: 'Altinn', maskinporten: 'Maskinporten' } as const;

/** The blame for a party that answers with a 5xx, from the program's name of the fault. That party must fix it. */
export function brokenParty(fault: string | undefined): Blame | undefined {
  const [, party, status] = /^(lanekassen|altinn|maskinporten)\S*-status-(5\d\d)$/.exec(fault ?? '') ?? [];
  if (party === undefined) return undefined;
  const who = names[party as keyof typeof names];
  return {
    says: `${who} answers ${status}.`,
    who,
    remedy:
      'Nothing is wrong on our side. Read https://status.digdir.no/ and try again in an hour. If it fails again, ask the party, with the time.',
  };
}
