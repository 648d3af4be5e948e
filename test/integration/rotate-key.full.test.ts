// The slow tests of `rotate-key.test.ts`.
import './rotate-key.test.ts';
