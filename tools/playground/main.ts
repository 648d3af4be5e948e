// `npm run playground`: the card in every state, language, width and theme, on this machine, without a service behind it.
import { startPlayground } from './server.ts';

try {
  const { url } = await startPlayground(Number(process.env.PLAYGROUND_PORT || 8400));
  console.log(`The card in every state: ${url}\n\nCtrl+C stops it.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
