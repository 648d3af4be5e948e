/** The ports of the local world (`docs/contracts/interface.md` §5), each overridable by its variable. */
const standard = {
  host: ['PORT', 7071],
  bank: ['BANK_PORT', 3000],
  maskinporten: ['MASKINPORTEN_PORT', 7101],
  altinn: ['ALTINN_PORT', 7102],
  lanekassen: ['LANEKASSEN_PORT', 7103],
  keyVault: ['KEY_VAULT_PORT', 7104],
  bankLogin: ['BANK_LOGIN_PORT', 7105],
  identity: ['IDENTITY_PORT', 7106],
  tables: ['TABLES_PORT', 10002],
} as const;

/** A port for each party of the local world. */
export type Ports = Record<keyof typeof standard, number>;

/** The ports to use: the standard ones, or those that the environment names. Throws a clear message for a value that is no port. */
export function portsFrom(environment: Readonly<Record<string, string | undefined>>): Ports {
  const entries = Object.entries(standard).map(([party, [variable, usual]]) => {
    const given = environment[variable];
    const port = given === undefined || given === '' ? usual : Number(given);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Error(`${variable} must be a port from 1 to 65535.`);
    return [party, port] as const;
  });
  const ports = Object.fromEntries(entries) as Ports;
  const twice = entries.find(([party, port]) => entries.some(([other, same]) => other !== party && same === port));
  if (twice) throw new Error(`Port ${twice[1]} is given to two parties of the local world.`);
  return ports;
}
