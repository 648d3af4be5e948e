import { ProblemError } from '../shared/problems.ts';

/**
 * The line about an error for the operator; `undefined` for one whose message may quote a value. Tools throw RangeError with a text for the
 * operator. Of wrong options the names are shown, of the file system the path, of a problem its code and our word for the fault.
 */
export function lineAbout(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof RangeError || error instanceof ProblemError) return error.message;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return 'An argument has no option before it. See --help.';
  if (isAboutOptions(error)) return `${error.message.split(/[.\n]/, 1)}. See --help.`;
  return path === undefined ? undefined : `${code}: ${path}`;
}

/** Whether the options of a command are wrong (`parseArgs`). */
export const isAboutOptions = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException | undefined)?.code).startsWith('ERR_PARSE_ARGS_');

/**
 * Runs a tool's `main` and ends the process with its exit code, or with 2 if it throws. Only the name is shown of an error about which
 * `lineAbout` says nothing.
 */
export async function runCommand(name: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(lineAbout(error) ?? `${name} failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    // The process is ended here, because unfinished work would keep it running.
    process.exit(2);
  }
}
