// The slow tests of `session-rotation.test.ts`: processes with both secrets, several at once.
import './session-rotation.test.ts';
