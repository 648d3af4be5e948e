import { app } from '@azure/functions';
import { closeApp, startApp } from '../shared/app.ts';

// Not awaited: the platform allows 30 s for the start, and a customer may be waiting.
app.hook.appStart(() => void startApp());
app.hook.appTerminate(() => closeApp());
