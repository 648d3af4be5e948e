// The slow tests of `hooks.test.ts`: the hooks for Windows.
import './hooks.test.ts';
