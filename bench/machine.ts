import { cpus, loadavg } from 'node:os';

/** What a figure was measured on, and how busy that was. */
export function machine(): string {
  const [one, five] = loadavg();
  return `${cpus().length} × ${cpus()[0].model}, Node ${process.version}, load average ${one.toFixed(2)} (5 min: ${five.toFixed(2)})`;
}
