// The slow tests of `session-rotation.test.ts`: processes of both secrets, more of them at once.
import './session-rotation.test.ts';
