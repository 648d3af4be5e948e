// The slow tests of `card.test.ts`.
import './card.test.ts';
