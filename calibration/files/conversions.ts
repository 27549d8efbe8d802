import { extname } from 'node:path';

/** What to do with files that are not read here, by ending: the program that made them writes text too. */
const ways: Readonly<Record<string, string>> = {
  '.tdms':
    'LabVIEW TDMS; open it in Excel by the TDMS add-in and save as CSV, or in Python: nptdms.TdmsFile.read(f).as_dataframe().to_csv(…)',
  '.opj': 'an Origin project; in Origin: File, Export, ASCII, or save the worksheet as CSV',
  '.opju': 'an Origin project; in Origin: File, Export, ASCII, or save the worksheet as CSV',
  '.ogwu': 'an Origin worksheet; in Origin: File, Export, ASCII',
  '.mpr': 'BioLogic EC-Lab; in EC-Lab: Experiment, Export as text (.mpt)',
  '.abf': 'an Axon binary file; in Clampfit: Save as ATF text',
  '.nox': 'Autolab NOVA; in NOVA: export the data as ASCII',
  '.wfm': 'an oscilloscope waveform; save it as CSV on the oscilloscope',
  '.isf': 'a Tektronix waveform; save it as CSV on the oscilloscope',
  '.trc': 'a LeCroy waveform; save it as ASCII on the oscilloscope',
  '.bin': 'binary; save it as CSV in the program that made it',
  '.pkl':
    'a Python pickle, which is a program and not opened here; in Python save the arrays by numpy.savez or to_csv',
  '.pickle':
    'a Python pickle, which is a program and not opened here; in Python save the arrays by numpy.savez or to_csv',
  '.parquet': 'Parquet; in Python: pandas.read_parquet(f).to_csv(…)',
  '.feather': 'Feather; in Python: pandas.read_feather(f).to_csv(…)',
  '.fig': 'a MATLAB figure; in MATLAB take its data: get(findobj(gcf, "Type", "line"), "XData")',
  '.pdf': 'a PDF; digitise its curve, or ask for the numbers',
  '.xlsb': 'a binary workbook that cannot be read; save it as xlsx or CSV',
  '.mdb': 'an Access database; export its tables as CSV',
  '.db': 'a database; export its tables as CSV',
  '.sqlite': 'a database; export its tables as CSV',
};

const starts: readonly (readonly [bytes: string, what: string])[] = [
  ['TDSm', ways['.tdms']],
  ['%PDF', ways['.pdf']],
  ['\x89PNG', 'a picture; digitise its curve, or ask for the numbers'],
  ['\xff\xd8\xff', 'a picture; digitise its curve, or ask for the numbers'],
  ['SQLite format 3', ways['.db']],
  ['PAR1', ways['.parquet']],
  ['CPYA', ways['.opj']],
  ['PK\x03\x04', 'an archive; unpack it and name the files in it'],
];

/** What a file is that is no text, and how it becomes one: `this is …`. */
export function howToConvert(bytes: Uint8Array, path: string): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 16));
  const known = starts.find(([start]) => head.startsWith(start))?.[1] ?? ways[extname(path).toLowerCase()];
  return known === undefined
    ? 'this is not text; save it as CSV in the program that made it'
    : `this is ${known}`;
}
