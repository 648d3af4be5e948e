// The slow tests of `host-command.test.ts`: more processes.
import './host-command.test.ts';
