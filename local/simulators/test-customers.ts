// The people of the local world. The 17 are DSOP's published, fictitious test customers (dokumentasjon.dsop.no,
// dsop_saldostudielan_integrasjonstest); no amounts are published, so the figures are ours and fit each case.
// The others are ours, with synthetic numbers (month + 80), for what DSOP has no customer for.

/** An account at Lånekassen as the simulator answers it. `amount` is the text of the JSON number, so that `280.0` stays so. */
export type TestAccount = { name: string; amount: string; lastChangeDateTime: string };

export type TestCustomer = {
  nationalId: string;
  name: string;
  /** DSOP's case, or in bokmål what ours is for: the login page shows it. */
  case: string;
  /** `undefined`: unknown to Lånekassen (404). */
  accounts: TestAccount[] | undefined;
};

const account = (name: string, amount: string, lastChangeDateTime: string): TestAccount => ({
  name,
  amount,
  lastChangeDateTime,
});
const lan = (amount: string) => account('Lån', amount, '2026-10-15T21:02:11.307Z');
const renter = (amount: string) => account('Renter', amount, '2026-11-01T00:12:33.59Z');
const gebyr = (amount: string) => account('Gebyr', amount, '2026-11-09T06:00:00.1Z');
const omkostninger = (amount: string) => account('Omkostninger', amount, '2026-09-30T12:45:10Z');

/** DSOP's 17, in DSOP's order (most frequent case first). */
export const dsopCustomers: readonly TestCustomer[] = [
  { nationalId: '01085301957', name: 'STEINAR BRUUN', case: '1a', accounts: [lan('250100.5')] },
  { nationalId: '01097601522', name: 'AHMAD BERLAND', case: '1b', accounts: [lan('1204318.07')] },
  { nationalId: '02075700329', name: 'FABIAN JONASSEN', case: '2', accounts: [] },
  { nationalId: '02095302184', name: 'IVER BORGE', case: '3a', accounts: [lan('311207.33'), renter('1882.91')] },
  { nationalId: '02104802179', name: 'SIGVE AUSTAD', case: '3b', accounts: [renter('7401.26'), lan('1033950.0')] },
  {
    nationalId: '03096902157',
    name: 'TEODOR GJESTVANG',
    case: '4a',
    accounts: [lan('198234.17'), renter('903.44'), gebyr('280.0')],
  },
  {
    nationalId: '03124002140',
    name: 'RONNY HOLTE',
    case: '4b',
    accounts: [lan('1450777.29'), renter('9120.08'), gebyr('35.0')],
  },
  { nationalId: '04024701293', name: 'AGATHE UNHJEM', case: '5', accounts: [lan('88012.6'), gebyr('315.0')] },
  {
    nationalId: '04056200784',
    name: 'NATANIEL STØLAN',
    case: '6',
    accounts: [lan('402911.81'), renter('2214.02'), omkostninger('1843.5')],
  },
  {
    nationalId: '04125300311',
    name: 'HAUK HAUGNES',
    case: '7',
    accounts: [lan('276405.19'), renter('1337.62'), gebyr('590.0'), omkostninger('2410.75')],
  },
  { nationalId: '05106500098', name: 'INGEBORG SØLVBERG', case: '8', accounts: [renter('412.38'), gebyr('245.0')] },
  { nationalId: '06095300381', name: 'INGE ZHANG', case: '9', accounts: [renter('67.14')] },
  { nationalId: '07017900514', name: 'VEGAR MOA', case: '10', accounts: [omkostninger('1120.9'), lan('154670.03')] },
  { nationalId: '08027200274', name: 'VANJA ØYAN', case: '11', accounts: [gebyr('525.0')] },
  { nationalId: '08027201815', name: 'MARI BRUNSTAD', case: '12', accounts: [omkostninger('3096.45')] },
  {
    nationalId: '08027202285',
    name: 'GABRIELLE GRØNSETH',
    case: '13',
    accounts: [lan('331845.77'), gebyr('805.0'), omkostninger('1465.2')],
  },
  {
    nationalId: '08046802080',
    name: 'ELISE OLUFSEN',
    case: '14',
    accounts: [renter('218.53'), gebyr('210.0'), omkostninger('987.65')],
  },
];

/** Ours: what the simulators must supply because DSOP publishes no customer for it. */
export const ownCustomers: readonly TestCustomer[] = [
  { nationalId: '15858510055', name: 'UKJENT FJORD', case: 'ikke kunde hos Lånekassen', accounts: undefined },
  { nationalId: '27879110039', name: 'TILGODE HAVN', case: 'negativ saldo', accounts: [lan('-1250.75')] },
  {
    nationalId: '03819310032',
    name: 'UVANT BEKK',
    case: 'ukjent kontonavn',
    accounts: [lan('91234.56'), account('Etterbetaling', '333.33', '2026-11-02T09:00:00Z')],
  },
  { nationalId: '41858810084', name: 'SVAR NEI', case: 'sier nei (D-nummer)', accounts: [lan('5000.0')] },
];

export const testCustomers: readonly TestCustomer[] = [...dsopCustomers, ...ownCustomers];

/** The bank of the local world; the number is synthetic and passes the control digit. */
export const testBank = { organisationNumber: '310000019', name: 'Eksempelbanken ASA' } as const;
