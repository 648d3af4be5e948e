import { app } from '@azure/functions';
import { closeApp, lastErrors, startApp } from '../shared/app.ts';

// Not awaited: the platform allows 30 s for the start, and a customer may be waiting.
app.hook.appStart(() => void startApp().catch(lastErrors.rejected));
process.on('unhandledRejection', lastErrors.rejected);
process.on('uncaughtException', lastErrors.thrown);
app.hook.appTerminate(() => closeApp());
