// The slow tests of `azurite.test.ts`: they start further processes.
import './azurite.test.ts';
