// The slow tests of `vault-tools.test.ts`: more processes.
import './vault-tools.test.ts';
