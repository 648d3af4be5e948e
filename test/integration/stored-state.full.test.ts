// The slow tests of `stored-state.test.ts`.
import './stored-state.test.ts';
