// The slow tests of `tokens.test.ts`.
import './tokens.test.ts';
