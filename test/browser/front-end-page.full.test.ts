// The slow tests of `front-end-page.test.ts`.
import './front-end-page.test.ts';
