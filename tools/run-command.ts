/**
 * Runs a tool's `main` and ends the process with its exit code, or with 2 if it throws. The message of a RangeError is shown, because the tools
 * throw it with a text for the operator. For other errors only the name is shown, because their messages may quote a value.
 */
export async function runCommand(name: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(
      error instanceof RangeError
        ? error.message
        : `${name} failed: ${error instanceof Error ? error.name : 'unknown error'}`,
    );
    // The process is ended here, because unfinished work would keep it running.
    process.exit(2);
  }
}
