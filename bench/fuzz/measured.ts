import { readMeasuredBytes } from '../../calibration/files/index.js';
import type { RandomStream } from '../../core/index.js';
import { mutateBytes, mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const rows = (line: (v: number, k: number) => string): string =>
  Array.from({ length: 12 }, (_, k) => line(k < 7 ? k / 6 : (12 - k) / 6, k)).join('');

/** A text of every format, and of every shape that the general reader tells apart. */
const seeds: readonly string[] = [
  `Zeit [s];Spannung [V];Strom [mA]\n${rows((v, k) => `${k};${v};${v * 2}\n`.replaceAll('.', ','))}`,
  `\ufeffTime\tAI\tAV\tILRS\tNORM\r\n${rows((v, k) => `${k}00.1377E-2\t${v}E-6\t${v}\t${k === 0 ? '1E-6' : ''}\t#REF\r\n`)}`,
  `\r\nSetupTitle, IV\r\nTestParameter, Channel.VName, V1, V2\r\nTestParameter, Measurement.Primary.Compliance, 1E-5\r\nDimension1, 6, 6\r\nDimension2, 2, 2\r\nDataName, V1, I1\r\n${rows((v) => `DataValue, ${v}, ${v * 1e-6}\r\n`)}`,
  'my session\nMon Nov 23\nWordline,Bitline,Resistance,Amplitude (V),Pulse width (s),Tag,ReadTag,ReadVoltage\n1,1,10000,0.5,0,S R,S R2,0.5\n1,1,9000,1.2,0.0001,CT2_s,x,0.1\n1,1,9000,1.2,0.0001,CT2_e,x,0.1\n',
  'exp_LTP_raw=[0\t1.5E-06\n0.5  2.5E-06\n1.714 3E-06];\nexp_LTD_raw = [2 3e-6; 1, 2e-6; 0 1e-6];\n',
  '1st Row = Gbins, 2nd Row = CDF\n 1e-4, 2e-4\n 0, 0.5, 1\n\n 1e-6, 2e-6\n 3e-6, 4e-6\n 5e-6, 6e-6\n',
  '# x_min=0.0\n# x_max=100.0\n# y_tick=100,4.0\n# y_tick=200,2.1\nX_value,Y_value,Pixel_X,Pixel_Y\n10,9,1,100\n20,9,2,200\n30,9,3,300\n',
  'Record Length,81,,0,0,\nSource,CH1,,1e-6,1,\nVertical Units,V,,2e-6,2,\nx,y,,3e-6,1,\n',
  `Cycle,SET#1,SET#1,RESET#1,RESET#1\nIndex,ILRS,VSET,ILRS,VRESET\n${rows((v, k) => `${k},${v}e-6,${v},,${v}\n`)}Subsite,reram\nTotal,1000\n`,
  `EXPLAIN\nTAG\tCV\nCURVE\tTABLE\n\tPt\tT\tVf\tIm\tOver\n\t#\ts\tV vs. Ref.\tA\tbits\n${rows((v, k) => `\t${k}\t${k}\t${v}\t${v}e-6\t......\n`)}`,
  `Index,Reading,Unit,Source,Source Unit\n${rows((v, k) => `${k},${v}e-6,Amp DC,${v},Volt DC\n`)}`,
  `device_id,V (V),I (A)\n${rows((v) => `A,${v},1\n`)}${rows((v) => `B,${v},9.9e37\n`)}`,
  rows((v, k) => `${k} ${v} 12,34${k}\n`),
  'LTP (uS),LTD (uS)\n1,9\n2,8\n3,7\n4,6\n5,5\n',
];
const words = [
  '\t',
  ';',
  ',',
  '\n',
  '\r\n',
  '"',
  '#',
  '1',
  '-2.5e-9',
  '1,5',
  '1,234',
  '9.9e37',
  'V (V)',
  'I/uA',
  'AV(1)',
  'Smu1.I[1][2]',
  'Time',
  'NaN',
  'OVLD',
  '100 nA',
  '2024-08-15T16:38:34',
  '[',
  '];',
  '=',
  'LTP',
  'µA',
  'Cycle 3',
  '_A',
  '(',
  ')',
];

interface Case {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly answers: Readonly<Record<string, string>>;
}

/** Files of measurements as text. */
export const measured: Target = {
  make(random: RandomStream): Case {
    const text = mutateText(pick(random, seeds), random, words, seeds);
    const plain = random.integer(8) === 0 ? utf16(text) : new TextEncoder().encode(text);
    return {
      bytes: random.integer(4) === 0 ? mutateBytes(plain, random) : plain,
      name: pick(random, [
        'a.csv',
        'iv_curve.txt',
        'retention.csv',
        'conductance_1.dat',
        'a.m',
        'W3_-1.1V_2.csv',
      ]),
      answers: pick(random, [
        {},
        {},
        { columns: 'voltage_V,current_uA' },
        { commas: 'thousands' },
        { namePattern: '{cell}_{amplitude}_{cycle}' },
        { xUnit: 'V', yUnit: 'uA', xRange: '0,1' },
      ]),
    };
  },
  async take(input) {
    const { bytes, name, answers } = input as Case;
    const { series } = await readMeasuredBytes(bytes, name, { answers });
    for (const { columns, lines } of series) {
      const [{ values }] = columns;
      if (columns.some((column) => column.values.length !== values.length) || lines[0] > lines[1]) {
        throw new Error('columns of one series differ in length, or its lines run backwards');
      }
    }
    return true;
  },
  kept: (input) => (input as Case).bytes,
};

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length + 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at++) view.setUint16(2 + 2 * at, text.charCodeAt(at), true);
  return bytes;
}
