// The slow tests of `saldo-edges.test.ts`: two processes, and delays that are waited for.
import './saldo-edges.test.ts';
