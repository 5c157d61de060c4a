/** Reads a model file as it arrives, and stops as soon as it turns out to be none. */
import { describeArrival, type Arrival } from './arrival.js';
import {
  fetchFailed,
  invalid,
  reasonOf,
  throwIfAborted,
  TsugiError,
  untilAborted,
} from './errors.js';
import { isBytes, viewOf } from './host.js';
import { describeValue } from './options.js';

/** "tsugi" CR LF ^Z, the first bytes of every model file of every version. */
const MAGIC = [0x74, 0x73, 0x75, 0x67, 0x69, 0x0d, 0x0a, 0x1a];

/** Places in the header of format version 1; see model_format/FORMAT.md. */
const HEADER_BYTES = 64;
const VERSION_AT = 8;
const FILE_BYTES_AT = 40;

/** The beginning of a model file, and what it says about the rest. */
export class ModelStart {
  /** Bytes of the file so far. */
  loaded = 0;
  /** Bytes of the whole file by its header; undefined before the header is there. */
  fileBytes: number | undefined;
  readonly #header = new Uint8Array(HEADER_BYTES);
  readonly #arrival: Arrival;

  constructor(arrival: Arrival) {
    this.#arrival = arrival;
  }

  /**
   * Looks at the next bytes.
   * @throws {TsugiError} not_a_model; version_too_new; corrupt_model: more bytes than the header
   *   says
   */
  take(chunk: Uint8Array): void {
    const { name } = this.#arrival;
    const have = this.loaded;
    this.loaded += chunk.length;
    if (have < HEADER_BYTES) {
      this.#header.set(chunk.subarray(0, HEADER_BYTES - have), have);
      if (this.loaded >= MAGIC.length) this.#checkMagic();
      if (this.loaded >= HEADER_BYTES) {
        const view = new DataView(this.#header.buffer);
        this.fileBytes = Number(view.getBigUint64(FILE_BYTES_AT, true));
        const version = view.getUint32(VERSION_AT, true);
        if (version > 1) {
          throw new TsugiError('version_too_new', `${name}: format version ${version}; update tsugi`);
        }
      }
    }
    if (this.loaded <= (this.fileBytes ?? Infinity)) return;
    const words = `more than the ${this.fileBytes} bytes of its header; download it again`;
    throw new TsugiError('corrupt_model', `${name}: ${words}`);
  }

  /** Must be called after the last bytes. @throws {TsugiError} not_a_model: too few for a model */
  finish(): void {
    if (this.loaded < MAGIC.length) this.#checkMagic();
  }

  #checkMagic(): void {
    if (MAGIC.every((byte, index) => this.#header[index] === byte)) return;
    const begin = this.#header.subarray(0, this.loaded);
    const what =
      this.loaded === 0
        ? `${this.#arrival.name}: got 0 bytes`
        : `not a tsugi model: ${describeArrival(this.#arrival, begin)}`;
    throw new TsugiError('not_a_model', what);
  }
}

/**
 * Hands every chunk of a stream to `take`; cancels the stream on any error.
 * @throws {TsugiError} aborted; fetch_failed: it ended early; not_a_model: no bytes; what `take`
 *   throws
 */
export async function readStream(
  { name }: Arrival,
  stream: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array<ArrayBuffer>) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (stream.locked) throw invalid(`${name}: its body already has a reader`);
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return;
      if (!isBytes(value)) {
        throw new TsugiError(
          'not_a_model',
          `${name}: the stream holds ${describeValue(value)}, expected Uint8Array`,
        );
      }
      take(viewOf(name, value));
    }
  } catch (cause) {
    reader.cancel(cause).catch(() => undefined); // nobody needs the rest
    throwIfAborted(signal);
    if (cause instanceof TsugiError) throw cause;
    throw fetchFailed(`${name} ended early: ${reasonOf(cause)}`, cause);
  }
}
