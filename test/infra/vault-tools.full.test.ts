// The slow tests of `vault-tools.test.ts`: further processes.
import './vault-tools.test.ts';
