// The other customers of `seventeen-customers.test.ts`.
import './seventeen-customers.test.ts';
