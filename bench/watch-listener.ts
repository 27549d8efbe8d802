/**
 * Listens to the events of a live page from a process of its own, as a browser does: `listen` and `rest` by message from the process that
 * started it; each is answered, `rest` with the lines of epochs and the events heard since `listen`.
 */
import { get, type IncomingMessage } from 'node:http';

const [url] = process.argv.slice(2);
let stream: IncomingMessage | undefined;
let events = 0;

process.on('message', (message) => {
  if (message === 'listen') get(url, heard);
  else {
    stream?.destroy();
    process.send?.({ events });
  }
});
process.on('disconnect', () => process.exit());

function heard(response: IncomingMessage): void {
  stream = response;
  events = 0;
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.includes('"type":"epochs"')) events++;
  });
  response.on('error', () => {});
  process.send?.({ listening: true });
}
