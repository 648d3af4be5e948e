import { timerFunction } from '../shared/app.ts';

/**
 * Exports the table of consents to a second account, where a container is set. A run that fails is a failed execution, which the alert
 * on missing exports sees.
 */
timerFunction('export-consents', 'EXPORT_CONSENTS_SCHEDULE', (parts) => parts.exportConsents());
