// The bank's own list of test persons, `--persons file.csv`: DSOP's 17 may not exist in today's TT02
// (docs/contracts/onboarding.md, section 4).
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { NationalId } from '../../shared/person/national-id.ts';
import { csvRecords } from '../csv.ts';
import { type AccountType, type DsopCase, dsopCases } from './cases.ts';

/** The persons of a run. `id`: changes with the content. `missing`: DSOP's cases that no person covers. */
export type PersonList = { words: string; id: string; cases: readonly DsopCase[]; missing: readonly string[] };

/** DSOP's 17 published customers. */
export const publishedList: PersonList = {
  words: "DSOP's 17 published customers",
  id: 'dsop-17',
  cases: dsopCases,
  missing: [],
};

/** The most persons of a list. Someone must log in to Altinn for each of them. */
const mostPersons = 200;
const columns = ['nationalId', 'accounts', 'total', 'name'] as const;
const types: Readonly<Record<string, AccountType>> = {
  lån: 'lan',
  lan: 'lan',
  renter: 'renter',
  gebyr: 'gebyr',
  omkostninger: 'omkostninger',
  annet: 'annet',
};

/**
 * Reads a list. First line: `nationalId,accounts,total,name`, the last two optional, in any order; `;` separates as well. `accounts`:
 * names of sub-accounts with blanks between, or `none`. `total`: `under` or `over` one million, or empty. Throws `RangeError` that names
 * the line and never the national id. Refuses every national id that can be a living person's: the report is sent to others.
 */
export function readPersons(text: string, file: string): PersonList {
  const [title, ...records] = csvRecords(text);
  const names = title?.fields ?? [''];
  const isColumn = (name: string) => (columns as readonly string[]).includes(name);
  if (!names.every(isColumn) || !names.includes('nationalId') || !names.includes('accounts'))
    throw new RangeError(
      `${file}, line 1: the columns are ${columns.join(', ')}; nationalId and accounts must be there.`,
    );
  if (records.length === 0) throw new RangeError(`${file} has no person.`);
  if (records.length > mostPersons) throw new RangeError(`${file}: ${records.length} persons; at most ${mostPersons}.`);

  const seen = new Set<string>();
  const cases = records.map(({ line, fields }, index): DsopCase => {
    const fault = (words: string) => new RangeError(`${file}, line ${line}: ${words}`);
    if (fields.length > names.length) throw fault('more fields than columns.');
    const field = (name: (typeof columns)[number]) => fields[names.indexOf(name)] ?? '';
    const nationalId = field('nationalId');
    if (NationalId.parse(nationalId) === undefined) throw fault('the national id is not valid.');
    if (!isFictitious(nationalId))
      throw fault(
        "the national id may be a living person's. Only persons of Tenor (month + 80) and DSOP's 17 are accepted.",
      );
    if (seen.has(nationalId)) throw fault('the person is in the list already.');
    seen.add(nationalId);
    const total = field('total');
    if (total !== '' && total !== 'under' && total !== 'over') throw fault('total must be under, over or empty.');
    return {
      case: `P${index + 1}`,
      nationalId,
      name: field('name') || `person of line ${line}`,
      accounts: accountsOf(field('accounts'), fault),
      ...(total === '' ? {} : { total }),
    };
  });
  return {
    words: `the bank's own list ${file}, ${cases.length} persons`,
    id: createHash('sha256').update(text).digest('hex').slice(0, 16),
    cases,
    missing: dsopCases.filter((one) => !cases.some((person) => covers(person, one))).map((one) => one.case),
  };
}

/** Reads the bank's list. Throws `RangeError` if there is no such file, or if it is not a list. */
export async function readList(file: string): Promise<PersonList> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RangeError(`${file} cannot be read: ${error.code}.`);
  });
  return readPersons(text, basename(file));
}

/** Tenor adds 80 to the month. DSOP's 17 are published as fictitious, although their numbers look like real ones. */
const isFictitious = (nationalId: string) =>
  Number(nationalId.slice(2, 4)) > 80 || dsopCases.some((one) => one.nationalId === nationalId);

function accountsOf(text: string, fault: (words: string) => RangeError): AccountType[] {
  if (text === '') throw fault('accounts is empty; for a person without debt write none.');
  if (text.toLowerCase() === 'none') return [];
  const accounts = text.split(/[\s+|/]+/).map((name) => {
    const type = types[name.toLowerCase()];
    if (type === undefined) throw fault(`there is no sub-account ${JSON.stringify(name.replace(/\d{6,}/g, '…'))}.`);
    return type;
  });
  if (new Set(accounts).size !== accounts.length) throw fault('a sub-account is named twice.');
  return accounts;
}

const covers = (person: DsopCase, one: DsopCase) =>
  [...person.accounts].sort().join() === [...one.accounts].sort().join() &&
  (one.total === undefined || person.total === one.total);
