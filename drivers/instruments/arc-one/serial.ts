import type { SerialSettings } from '../../transport/index.js';

/** How its virtual port is set, in every client of the vendor. */
export const arcOneSerial: SerialSettings = { baud: 921_600, parity: 'even' };
