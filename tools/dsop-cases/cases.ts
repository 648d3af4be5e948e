// What DSOP's integration test expects: its 17 fictitious test customers, as published
// (https://dokumentasjon.dsop.no/dsop_saldostudielan_integrasjonstest.html). DSOP publishes no amounts.

/** Lånekassen's sub-accounts, as our API names them. */
export type AccountType = 'lan' | 'renter' | 'gebyr' | 'omkostninger' | 'annet';

/** A test customer and what must come out. `total`: on which side of one million kroner, where DSOP says so. */
export type DsopCase = {
  case: string;
  nationalId: string;
  name: string;
  accounts: readonly AccountType[];
  total?: 'under' | 'over';
};

/** The 17, in DSOP's order. 4a is called "4b" at DSOP too; the two differ by the total. */
export const dsopCases: readonly DsopCase[] = [
  { case: '1a', nationalId: '01085301957', name: 'STEINAR BRUUN', accounts: ['lan'], total: 'under' },
  { case: '1b', nationalId: '01097601522', name: 'AHMAD BERLAND', accounts: ['lan'], total: 'over' },
  { case: '2', nationalId: '02075700329', name: 'FABIAN JONASSEN', accounts: [] },
  { case: '3a', nationalId: '02095302184', name: 'IVER BORGE', accounts: ['lan', 'renter'], total: 'under' },
  { case: '3b', nationalId: '02104802179', name: 'SIGVE AUSTAD', accounts: ['lan', 'renter'], total: 'over' },
  {
    case: '4a',
    nationalId: '03096902157',
    name: 'TEODOR GJESTVANG',
    accounts: ['lan', 'renter', 'gebyr'],
    total: 'under',
  },
  { case: '4b', nationalId: '03124002140', name: 'RONNY HOLTE', accounts: ['lan', 'renter', 'gebyr'], total: 'over' },
  { case: '5', nationalId: '04024701293', name: 'AGATHE UNHJEM', accounts: ['lan', 'gebyr'] },
  { case: '6', nationalId: '04056200784', name: 'NATANIEL STØLAN', accounts: ['lan', 'renter', 'omkostninger'] },
  { case: '7', nationalId: '04125300311', name: 'HAUK HAUGNES', accounts: ['lan', 'renter', 'gebyr', 'omkostninger'] },
  { case: '8', nationalId: '05106500098', name: 'INGEBORG SØLVBERG', accounts: ['renter', 'gebyr'] },
  { case: '9', nationalId: '06095300381', name: 'INGE ZHANG', accounts: ['renter'] },
  { case: '10', nationalId: '07017900514', name: 'VEGAR MOA', accounts: ['lan', 'omkostninger'] },
  { case: '11', nationalId: '08027200274', name: 'VANJA ØYAN', accounts: ['gebyr'] },
  { case: '12', nationalId: '08027201815', name: 'MARI BRUNSTAD', accounts: ['omkostninger'] },
  { case: '13', nationalId: '08027202285', name: 'GABRIELLE GRØNSETH', accounts: ['lan', 'gebyr', 'omkostninger'] },
  { case: '14', nationalId: '08046802080', name: 'ELISE OLUFSEN', accounts: ['renter', 'gebyr', 'omkostninger'] },
];
