// The people of the local world. 17 are DSOP's published, fictitious test customers (dokumentasjon.dsop.no,
// dsop_saldostudielan_integrasjonstest). DSOP publishes no amounts, so the amounts are this project's own and fit each case.
// The others are this project's own, with synthetic numbers (month + 80), for cases that DSOP has no customer for.

/** An account at Lånekassen in the simulator's answer. `amount` is the text of the JSON number, so `280.0` stays `280.0`. */
export type TestAccount = { name: string; amount: string; lastChangeDateTime: string };

export type TestCustomer = {
  nationalId: string;
  name: string;
  /** DSOP's case, or in bokmål the purpose of a customer of this project. The login page shows it. */
  case: string;
  /** `undefined`: unknown to Lånekassen (404). */
  accounts: TestAccount[] | undefined;
};

const account = (name: string, lastChangeDateTime: string) => (amount: string) => ({
  name,
  amount,
  lastChangeDateTime,
});
const lan = account('Lån', '2026-10-15T21:02:11.307Z');
const renter = account('Renter', '2026-11-01T00:12:33.59Z');
const gebyr = account('Gebyr', '2026-11-09T06:00:00.1Z');
const omkostninger = account('Omkostninger', '2026-09-30T12:45:10Z');
const etterbetaling = account('Etterbetaling', '2026-11-02T09:00:00Z');

const customer = (
  nationalId: string,
  name: string,
  described: string,
  accounts: TestAccount[] | undefined,
): TestCustomer => ({ nationalId, name, case: described, accounts });

/** DSOP's 17, in DSOP's order (most frequent case first). */
export const dsopCustomers: readonly TestCustomer[] = [
  customer('01085301957', 'STEINAR BRUUN', '1a', [lan('250100.5')]),
  customer('01097601522', 'AHMAD BERLAND', '1b', [lan('1204318.07')]),
  customer('02075700329', 'FABIAN JONASSEN', '2', []),
  customer('02095302184', 'IVER BORGE', '3a', [lan('311207.33'), renter('1882.91')]),
  customer('02104802179', 'SIGVE AUSTAD', '3b', [renter('7401.26'), lan('1033950.0')]),
  customer('03096902157', 'TEODOR GJESTVANG', '4a', [lan('198234.17'), renter('903.44'), gebyr('280.0')]),
  customer('03124002140', 'RONNY HOLTE', '4b', [lan('1450777.29'), renter('9120.08'), gebyr('35.0')]),
  customer('04024701293', 'AGATHE UNHJEM', '5', [lan('88012.6'), gebyr('315.0')]),
  customer('04056200784', 'NATANIEL STØLAN', '6', [lan('402911.81'), renter('2214.02'), omkostninger('1843.5')]),
  customer('04125300311', 'HAUK HAUGNES', '7', [
    lan('276405.19'),
    renter('1337.62'),
    gebyr('590.0'),
    omkostninger('2410.75'),
  ]),
  customer('05106500098', 'INGEBORG SØLVBERG', '8', [renter('412.38'), gebyr('245.0')]),
  customer('06095300381', 'INGE ZHANG', '9', [renter('67.14')]),
  customer('07017900514', 'VEGAR MOA', '10', [omkostninger('1120.9'), lan('154670.03')]),
  customer('08027200274', 'VANJA ØYAN', '11', [gebyr('525.0')]),
  customer('08027201815', 'MARI BRUNSTAD', '12', [omkostninger('3096.45')]),
  customer('08027202285', 'GABRIELLE GRØNSETH', '13', [lan('331845.77'), gebyr('805.0'), omkostninger('1465.2')]),
  customer('08046802080', 'ELISE OLUFSEN', '14', [renter('218.53'), gebyr('210.0'), omkostninger('987.65')]),
];

/** This project's own customers, because DSOP publishes none for these cases. */
export const ownCustomers: readonly TestCustomer[] = [
  customer('15858510055', 'UKJENT FJORD', 'ikke kunde hos Lånekassen', undefined),
  customer('27879110039', 'TILGODE HAVN', 'negativ saldo', [lan('-1250.75')]),
  customer('03819310032', 'UVANT BEKK', 'ukjent kontonavn', [lan('91234.56'), etterbetaling('333.33')]),
  customer('41858810084', 'SVAR NEI', 'sier nei (D-nummer)', [lan('5000.0')]),
];

export const testCustomers: readonly TestCustomer[] = [...dsopCustomers, ...ownCustomers];

/** The bank of the local world; the number is synthetic and passes the control digit. */
export const testBank = { organisationNumber: '310000019', name: 'Eksempelbanken ASA' } as const;
