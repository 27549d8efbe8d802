/** A loop of voltages and currents to write into files: 0 → 1 → −1 → 0 V, a cubic current of some 100 µA. */
export const loop_V: readonly number[] = [
  ...Array.from({ length: 21 }, (_, k) => k / 20),
  ...Array.from({ length: 40 }, (_, k) => (19 - k) / 20),
  ...Array.from({ length: 20 }, (_, k) => (k - 19) / 20),
];
export const loop_A: readonly number[] = loop_V.map((v) => Number((v * 1e-4 + v ** 3 * 2e-5).toPrecision(9)));

/** One line a point of the loop. */
export const lines = (line: (v: number, i: number, k: number) => string, end = '\n'): string =>
  loop_V.map((v, k) => `${line(v, loop_A[k], k)}${end}`).join('');

export interface WrittenFile {
  readonly text: string;
  readonly encoding?: 'utf-8' | 'utf-16le' | 'latin1';
  /** Role → values in SI, where they are not those of the loop. */
  readonly time_s?: (k: number) => number;
  readonly tolerance?: number;
}

const comma = (x: number | string): string => String(x).replace('.', ',');
const exponent = (x: number, digits = 8): string => x.toExponential(digits);

/** The same loop as instruments and programs write it; every one has to come out the same. Drawn from the layouts alone. */
export const loopFiles: Readonly<Record<string, WrittenFile>> = {
  'CH Instruments, a segment list and a blank line under the names': {
    text: `Nov. 23, 2022   16:20:11\nCyclic Voltammetry\nFile: c:\\data\\m1.bin\nInit E (V) = 0\nScan Rate (V/s) = 0.1\nSensitivity (A/V) = 1e-4\n\nResults:\n\nSegment 1:\nEp = 0.217V\nip = -1.131e-5A\n\nPotential/V, Current/A\n\n${lines((v, i) => `${v}, ${i}`)}`,
  },
  'EC-Lab, decimal commas, mA, control and measured potential': {
    encoding: 'latin1',
    text: `EC-Lab ASCII FILE\nNb header lines : 6\n\nCyclic Voltammetry\nEwe ctrl range : min = -10,00 V, max = 10,00 V\nmode\ttime/s\tcontrol/V\tEwe/V\t<I>/mA\tcycle number\t\n${lines((v, i, k) => comma(`2\t${k * 0.5}\t${v + 0.25}\t${v}\t${exponent(i * 1e3)}\t1,0\t`).replaceAll('.', ','))}`,
    time_s: (k) => k * 0.5,
  },
  'Gamry, names and units indented by a tab': {
    text: `EXPLAIN\nTAG\tCV\nDATE\tLABEL\t9/11/2018\tDate\nVINIT\tPOTEN\t0.00000E+000\tF\tInitial &E (V)\nCURVE1\tTABLE\t81\n\tPt\tT\tVf\tIm\tVu\tSig\tAch\tIERange\tOver\n\t#\ts\tV vs. Ref.\tA\tV\tV\tV\t#\tbits\n${lines((v, i, k) => `\t${k}\t${k * 0.5}\t${v}\t${i}\t0.0\t${v}\t0.0\t8\t...........`)}`,
    time_s: (k) => k * 0.5,
  },
  'KickStart, settings with leading dots and statistics below': {
    text: `\ufeffTest Name,IV Characterizer-1\r\n,\r\nSettings,\r\n.Channel,SMU-1\r\n...Stop,1 V\r\n...Limit,1E-1\r\n..Sweep Points,81\r\n,\r\n"Index","SMU-1 Time","SMU-1 Voltage","SMU-1 Current"\r\n${lines((v, i, k) => `"${k}","${k * 0.1}","${v}","${i}"`, '\r\n')}Min,,-1.0,-1.2E-4\r\nMax,,1.0,1.2E-4\r\nMean,,0,0\r\nStdDev,,0.5,6E-5\r\n`,
    time_s: (k) => k * 0.1,
  },
  'buffer of a source meter, a unit in every row': {
    text: `Buffer,defbuffer1\nIndex,Reading,Unit,Range Digits,Start Group,Date,Time,Fractional Seconds,Source,Source Range Digits,Source Unit\n${lines((v, i, k) => `${k + 1},${i},Amp DC,7,F,11/26/2020,10:12:${String(k % 60).padStart(2, '0')},0.${k},${v},7,Volt DC`)}`,
  },
  'LabVIEW measurement file, two ends of headers': {
    text: `LabVIEW Measurement\t\nSeparator\tTab\nDecimal_Separator\t.\n***End_of_Header***\t\n\t\nChannels\t2\t\nSamples\t81\t81\nY_Unit_Label\tVolts\tAmps\nX_Dimension\tTime\tTime\nDelta_X\t0.001000\t0.001000\n***End_of_Header***\t\t\nX_Value\tVoltage\tCurrent\tComment\n${lines((v, i, k) => `${k / 1000}\t${v}\t${i}`)}`,
    time_s: (k) => k / 1000,
  },
  'Origin, units and comments below the names': {
    text: `Voltage\tCurrent\tabs\nV\tA\tA\n\t\tComment\n${lines((v, i) => `${v}\t${i}\t${Math.abs(i)}`)}`,
  },
  'EasyEXPERT without keys in the rows, a marker above the names': {
    text: `Setup title,2502-IV\nClassic test name,"I/V Sweep"\nTest date,2025/03/03\nDevice ID,D1\nChannel.Unit,SMU1:HR,SMU2:HR\nMeasurement.Primary.Start,0\nMeasurement.Primary.Stop,1\nAutoAnalysis.Marker.Data.StartCondition,\nV1,I1,absI1\n${lines((v, i) => `${v},${i},${Math.abs(i)}`)}`,
  },
  'German, semicolons, decimal commas, mA': {
    encoding: 'latin1',
    text: `Zeit [s];Spannung [V];Strom [mA]\n${lines((v, i, k) => comma(k / 10).concat(';', comma(v), ';', comma(exponent(i * 1e3))))}`,
    time_s: (k) => k / 10,
  },
  'PalmSens, UTF-16, units in place of names': {
    encoding: 'utf-16le',
    text: `\ufeffDate and time:,2020-10-21 11:44:13\r\nNotes:\r\n\r\nCyclic Voltammetry: CV\r\nDate and time measurement:,2020-10-21 11:44:13\r\nV,µA\r\n${lines((v, i) => `${v},${exponent(i * 1e6)}`, '\r\n')}`,
  },
  '4156, a comma at the end of every line': {
    text: `INDEX,VD,ID,\n${lines((v, i, k) => `${k + 1},${v},${i},`)}`,
  },
  'names by blanks, rows by tabs': {
    text: `Voltage Current Time\n${lines((v, i, k) => `${v}\t${i}\t${k}`)}`,
    time_s: (k) => k,
  },
  'names with units apart by blanks': {
    text: `Voltage (volts) Current (amps)\n${lines((v, i) => `${v} ${i}`)}`,
  },
  'columns filled up by blanks': {
    text: `   Voltage_V       Current_A\n${lines((v, i) => `${exponent(v).padStart(16)}${exponent(i).padStart(18)}`)}`,
  },
  'row numbers of R': { text: `"V" "I"\n${lines((v, i, k) => `"${k + 1}" ${v} ${i}`)}` },
  'row numbers of pandas': { text: `,Voltage (V),Current (A)\n${lines((v, i, k) => `${k},${v},${i}`)}` },
  'engineering mantissas and marks of an undefined formula': {
    text: `\ufeffTime\tAI\tAV\tILRS\tNORM_COND\n${lines((v, i, k) => `${k}E-1\t${(i * 1e8).toFixed(6)}E-8\t${(v * 100).toFixed(4)}E-2\t${k === 0 ? '108.9703E-6' : ''}\t#REF`)}`,
    time_s: (k) => k / 10,
    tolerance: 1e-12,
  },
  'mV and µA, micro sign in Windows-1252': {
    encoding: 'latin1',
    text: `V (mV)\tI (µA)\n${lines((v, i) => `${v * 1e3}\t${exponent(i * 1e6)}`)}`,
  },
  'numpy.savetxt': { text: `# voltage,current\n${lines((v, i) => `${exponent(v, 18)},${exponent(i, 18)}`)}` },
  'a word of state in every row': {
    text: `Voltage [V]\tCurrent [A]\tStatus\n${lines((v, i) => `${v}\t${i}\tOK`)}`,
  },
  'a time of day in every row': {
    text: `timestamp,voltage_v,current_a\n${lines((v, i, k) => `2024-08-15T16:38:${String(k % 60).padStart(2, '0')}.5,${v},${i}`)}`,
  },
  'the second terminal held at 0': {
    text: `SMU1 Voltage,SMU1 Current,SMU2 Voltage,SMU2 Current\n${lines((v, i) => `${v},${i},0,${-i}`)}`,
  },
  'what was applied beside what was measured': {
    text: `Source Voltage (V),Measured Voltage (V),Measured Current (A)\n${lines((v, i) => `${v + 0.25},${v},${i}`)}`,
  },
  'lines that end twice': { text: `V,I\n\n${lines((v, i) => `${v},${i}`, '\n\n')}` },
};
