/**
 * Runs a tool's `main` and ends the process with its exit code; 2 when it throws. Ours are RangeErrors with words of their
 * own. For every other error only the name is shown, because its message may quote a value.
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
    // Not by itself: what was begun, and left in the middle, would keep the process.
    process.exit(2);
  }
}
