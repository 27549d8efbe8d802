import type { LineDescriber } from '../../transport/index.js';

const jobs: Readonly<Record<string, string>> = {
  '00': 'reset',
  '0': 'settings',
  '01': 'read voltage',
  '1': 'read',
  '2': 'read all',
  '3': 'pulse and read',
  '999': 'version',
};

/** Says what goes over the line of an ArC ONE: jobs by name with their fields, replies as resistances where four bytes are one. */
export function arcOneDescriber(): LineDescriber {
  return {
    describe(direction, bytes) {
      if (direction === '>') {
        const [job, ...fields] = Buffer.from(bytes).toString('latin1').trimEnd().split('\n');
        return [jobs[job] ?? job, ...fields].join(' ');
      }
      if (bytes.length !== 4) return `${bytes.length} bytes`;
      return `${new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true).toPrecision(6)} ohm`;
    },
  };
}
