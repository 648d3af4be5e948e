// The slow tests of `kills.test.ts`.
import './kills.test.ts';
