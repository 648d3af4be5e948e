// The slow tests of `compile.test.ts`.
import './compile.test.ts';
