// Adds up the results of the test runs (.artifacts/results/*.json). It lists the skipped tests, and the failed tests with their reasons. The
// last line is: N passed, N failed, N skipped. If only the end of a log is kept, that end is enough to find the fault.
import { readFileSync } from 'node:fs';

type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] | null }[];
  }[];
};

/** The text that is shown for a failure: its message and place. The complete output is earlier in the log. */
const shownLines = 12;
const root = new URL('../../', import.meta.url).pathname;
const shown = (text: string) => text.replaceAll(root, '').split('\n').slice(0, shownLines).join('\n    ');

function failures({ testResults }: Results): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    const file = name.replace(root, '');
    if (failed.length === 0) return status === 'failed' ? [`${file}\n    ${shown(message)}`] : [];
    return failed.map((one) => `${file}: ${one.fullName}\n    ${shown((one.failureMessages ?? []).join('\n'))}`);
  });
}

const skipped = ({ testResults }: Results): string[] =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => `${name.replace(root, '')}: ${fullName}`),
  );

const total = { passed: 0, failed: 0, skipped: 0 };
for (const suite of ['test', 'full', 'deployed']) {
  try {
    const results = JSON.parse(
      readFileSync(new URL(`../../.artifacts/results/${suite}.json`, import.meta.url), 'utf8'),
    ) as Results;
    total.passed += results.numPassedTests;
    // A file that could not be loaded has no failed test, so it counts as one failure.
    total.failed += results.numFailedTests === 0 && !results.success ? 1 : results.numFailedTests;
    total.skipped += results.numPendingTests + results.numTodoTests;
    for (const test of skipped(results)) console.log(`SKIPPED ${test}`);
    for (const failure of failures(results)) console.log(`FAILED ${failure}`);
  } catch {
    console.error(`The suite "${suite}" wrote no results.`);
    total.failed += 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
