// The slow tests of `commands.test.ts`: commands that run tests.
import './commands.test.ts';
