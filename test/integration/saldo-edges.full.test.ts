// The slow tests of `saldo-edges.test.ts`: two processes, and waits for delays.
import './saldo-edges.test.ts';
