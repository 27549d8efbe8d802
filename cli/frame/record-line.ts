import { type Io, warn } from '../io.js';

/** A command that writes down what goes over lines. */
export interface Recording {
  /** The command's streams and signal, with the log. */
  readonly io: Io;
  /** Ends it. @returns the file, unless no line was opened, so that there is none */
  end(): string[];
}

/**
 * Begins to write down what goes over lines into a file.
 * @throws OhmpropError `records.exists` unless it may be replaced, `records.path`
 */
export async function startRecording(io: Io, file: string, force: boolean): Promise<Recording> {
  const [{ boardLineLog }, { TranscriptFile }] = await Promise.all([
    import('../../drivers/board/index.js'),
    import('../../drivers/transport/index.js'),
  ]);
  const lineLog = boardLineLog((text) => warn(io, text));
  const transcript = new TranscriptFile(file, { force });
  const remove = lineLog.add(transcript);
  return {
    // Reading its signal would tell that the command can come to an orderly end; so it is not copied.
    io: Object.create(io, { lineLog: { value: lineLog, enumerable: true } }),
    end: () => {
      remove();
      return transcript.end() ? [file] : [];
    },
  };
}
