// Adds up what the test runs wrote (.artifacts/results/*.json) and prints one line: N passed, N failed, N skipped.
import { readFileSync } from 'node:fs';

type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  success: boolean;
};

const total = { passed: 0, failed: 0, skipped: 0 };
for (const suite of ['test', 'full']) {
  try {
    const results = JSON.parse(
      readFileSync(new URL(`../.artifacts/results/${suite}.json`, import.meta.url), 'utf8'),
    ) as Results;
    total.passed += results.numPassedTests;
    // A file that could not even be loaded has no test that failed.
    total.failed += results.numFailedTests === 0 && !results.success ? 1 : results.numFailedTests;
    total.skipped += results.numPendingTests + results.numTodoTests;
  } catch {
    console.error(`The suite "${suite}" left no results.`);
    total.failed += 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
