import { readFileSync } from 'node:fs';

/** Names and values as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The list beside the app: what its process finds in its working directory, as the Functions host sets it. */
export const banksFile = 'banks.json';

function readFile(): string | undefined {
  try {
    return readFileSync(banksFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The list as it is given: the setting BANKS, or the file beside the app where the setting is not there. Throws if the file cannot be read. */
export function givenBanks(environment: Environment, file: () => string | undefined = readFile): string {
  // `trim` takes the byte order mark too, with which some editors begin a file.
  return environment.BANKS?.trim() || (file()?.trim() ?? '');
}
