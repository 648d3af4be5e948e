import { app } from '@azure/functions';
import { closeApp, startApp } from '../shared/app.ts';

// Begun and not awaited: the platform gives 30 s for start-up, and a customer may be waiting.
app.hook.appStart(() => void startApp());
app.hook.appTerminate(() => closeApp());
