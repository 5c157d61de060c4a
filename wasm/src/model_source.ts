/** Brings the bytes of a model from any source into their final place in the engine's memory. */
import {
  arrivalOf,
  checkResponse,
  describeArrival,
  expectedBytes,
  fetchFrom,
  resolveAddress,
  type Arrival,
} from './arrival.js';
import type { Engine } from './engine.js';
import {
  fetchFailed,
  hasCode,
  invalid,
  reasonOf,
  throwIfAborted,
  TsugiError,
  untilAborted,
} from './errors.js';
import { isBytes, isResponse, viewOf, type Answer, type Host } from './host.js';
import { checkIntegrity, parseIntegrity, type Hashes } from './integrity.js';
import { deleteModelCache, readModelCache, writeModelCache } from './model_cache.js';
import { describeValue } from './options.js';
import type { LoadOptions, ModelSource } from './types.js';

/** "tsugi" CR LF ^Z, the first bytes of every model file of every version. */
const MAGIC = [0x74, 0x73, 0x75, 0x67, 0x69, 0x0d, 0x0a, 0x1a];

type Bytes = Uint8Array<ArrayBuffer>;

interface Incoming {
  readonly arrival: Arrival;
  readonly stream: ReadableStream<Uint8Array> | Uint8Array;
  readonly total: number | undefined;
  /** Undefined if there is no address to keep a copy under. */
  readonly cacheUrl?: string;
  readonly isKept?: boolean;
}

const isDamage = (cause: unknown): boolean =>
  hasCode(cause, 'integrity_mismatch', 'not_a_model', 'corrupt_model', 'fetch_failed');

function checkMagic(arrival: Arrival, begin: Uint8Array): void {
  if (MAGIC.every((byte, index) => begin[index] === byte)) return;
  if (begin.length === 0)
    throw new TsugiError('not_a_model', `${arrival.name}: got 0 bytes`);
  throw new TsugiError('not_a_model', `not a tsugi model: ${describeArrival(arrival, begin)}`);
}

function fromResponse(response: Answer, name: string): Incoming {
  return {
    arrival: arrivalOf(response, name),
    stream: response.body ?? new Uint8Array(0),
    total: expectedBytes(response),
  };
}

/**
 * Opens an address. With a hash a kept copy is used first. Without one the server is asked first,
 * and a kept copy is used only if it cannot be reached.
 */
async function fromAddress(
  host: Host,
  address: string | URL,
  options: LoadOptions,
): Promise<Incoming> {
  const url = resolveAddress(host, address).href;
  const kept = await untilAborted(readModelCache(url, options), options.signal);
  const fromKept = (copy: Response): Incoming => ({
    ...fromResponse(copy, url),
    cacheUrl: url,
    isKept: true,
  });
  if (kept !== undefined && options.integrity !== undefined) return fromKept(kept);
  try {
    return { ...fromResponse(await fetchFrom(host, url, options.signal), url), cacheUrl: url };
  } catch (cause) {
    if (kept === undefined || !hasCode(cause, 'fetch_failed')) throw cause;
    return fromKept(kept);
  }
}

async function openSource(
  host: Host,
  source: ModelSource,
  options: LoadOptions,
): Promise<Incoming> {
  if (typeof source === 'string' || source instanceof URL)
    return fromAddress(host, source, options);
  const arrival = (name: string): Arrival => ({ name, type: '' });
  if (isBytes(source)) {
    const bytes = viewOf(source as BufferSource);
    return { arrival: arrival('the bytes'), stream: bytes, total: bytes.length };
  }
  if (isResponse(source))
    return fromResponse(checkResponse(source, 'the Response'), 'the Response');
  if (source instanceof Blob) {
    return {
      arrival: { name: 'the Blob', type: source.type },
      stream: source.stream(),
      total: source.size,
    };
  }
  if (source instanceof ReadableStream) {
    if (source.locked) throw invalid('source: the stream already has a reader');
    return { arrival: arrival('the stream'), stream: source, total: undefined };
  }
  throw invalid(
    `source: ${describeValue(source)}, expected a URL, Response, Blob, ReadableStream or bytes`,
  );
}

/**
 * The most that is reserved because of a Content-Length header alone. More is reserved as bytes
 * arrive, so a wrong header cannot exhaust the memory.
 */
const TRUSTED_BYTES = 128 << 20;

/**
 * The place in the engine for the model. It grows as bytes arrive; a known size is reserved at
 * once.
 */
class Destination {
  loaded = 0;
  readonly #engine: Engine;
  readonly #total: number | undefined;
  #early: Uint8Array[] = [];

  constructor(engine: Engine, total: number | undefined) {
    this.#engine = engine;
    this.#total = total;
  }

  add(chunk: Uint8Array): void {
    const begin = this.loaded;
    this.loaded += chunk.length;
    if (this.#total === undefined) {
      // Chunks are collected outside the engine: WebAssembly memory never shrinks, and growing it
      // step by step would leave it twice as large.
      this.#engine.checkSize(this.loaded);
      this.#early.push(chunk);
    } else {
      const likely = Math.min(this.#total, Math.max(TRUSTED_BYTES, 4 * this.loaded));
      this.#engine.reserve(Math.max(this.loaded, likely)).set(chunk, begin);
    }
  }

  /** Returns all bytes, now in the engine. */
  finish(): Bytes {
    const place = this.#engine.reserve(this.loaded);
    let begin = 0;
    for (const chunk of this.#early) {
      place.set(chunk, begin);
      begin += chunk.length;
    }
    this.#early = [];
    return place.subarray(0, this.loaded);
  }
}

async function readAll(
  incoming: Incoming,
  destination: Destination,
  options: LoadOptions,
): Promise<void> {
  const { arrival, stream, total } = incoming;
  const report = (): void =>
    options.onProgress?.({ phase: 'model', loaded: destination.loaded, total });
  let begin = new Uint8Array(0);
  const take = (chunk: Uint8Array): void => {
    if (!(chunk instanceof Uint8Array)) {
      throw new TsugiError(
        'not_a_model',
        `${arrival.name}: the stream holds ${describeValue(chunk)}, expected Uint8Array`,
      );
    }
    if (begin.length < MAGIC.length) {
      // Checks the first bytes before waiting for all others.
      begin = new Uint8Array([...begin, ...chunk.subarray(0, 16)]);
      if (begin.length >= MAGIC.length) checkMagic(arrival, begin);
    }
    destination.add(chunk);
    report();
  };
  report();
  if (stream instanceof Uint8Array) take(stream);
  else await readStream(arrival, stream, take, options.signal);
  throwIfAborted(options.signal);
  if (begin.length < MAGIC.length) checkMagic(arrival, begin);
}

async function readStream(
  arrival: Arrival,
  stream: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return;
      take(value);
    }
  } catch (cause) {
    reader.cancel(cause).catch(() => undefined); // nobody needs the rest
    throwIfAborted(signal);
    if (cause instanceof TsugiError) throw cause;
    throw fetchFailed(`${arrival.name} ended early: ${reasonOf(cause)}`, cause);
  }
}

/** Reads the whole source into the engine and checks its hash. */
async function receive(
  engine: Engine,
  incoming: Incoming,
  hashes: Hashes | undefined,
  options: LoadOptions,
): Promise<Bytes> {
  const { arrival, total } = incoming;
  const destination = new Destination(engine, total);
  await readAll(incoming, destination, options);
  const bytes = destination.finish();
  await untilAborted(checkIntegrity(arrival.name, bytes, hashes), options.signal);
  return bytes;
}

function openModel(engine: Engine, name: string, bytes: number): void {
  try {
    engine.open(bytes);
  } catch (cause) {
    if (!(cause instanceof TsugiError)) throw cause;
    throw new TsugiError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

/** A request for a model. It starts at once, while the engine is still being compiled. */
export class ModelRequest {
  readonly #host: Host;
  readonly #source: ModelSource;
  readonly #options: LoadOptions;
  readonly #hashes: Hashes | undefined;
  readonly #incoming: Promise<Incoming>;

  /** @throws {TsugiError} invalid_argument, unsupported: the hash */
  constructor(host: Host, source: ModelSource, options: LoadOptions) {
    this.#host = host;
    this.#source = source;
    this.#options = options;
    this.#hashes = parseIntegrity(options.integrity);
    this.#incoming = openSource(host, source, options);
    this.#incoming.catch(() => undefined); // loadInto reports the error
  }

  /**
   * Loads the model into the engine.
   * @throws {TsugiError} fetch_failed, not_a_model, integrity_mismatch, aborted, out_of_memory,
   *   corrupt_model, version_too_new, invalid_argument
   */
  async loadInto(engine: Engine): Promise<void> {
    const incoming = await this.#incoming;
    try {
      const bytes = await receive(engine, incoming, this.#hashes, this.#options);
      const size = bytes.length;
      if (incoming.cacheUrl !== undefined && incoming.isKept !== true) {
        writeModelCache(incoming.cacheUrl, bytes, this.#options);
      }
      openModel(engine, incoming.arrival.name, size);
    } catch (cause) {
      // A damaged copy in the cache must not block the good one on the server.
      if (incoming.isKept !== true || !isDamage(cause)) throw cause;
      await deleteModelCache(incoming.cacheUrl!, this.#options);
      const again = { ...this.#options, cache: false };
      await new ModelRequest(this.#host, this.#source, again).loadInto(engine);
    }
  }

  /** Cancels a download that has not been read. */
  cancel(): void {
    const stop = ({ stream }: Incoming): unknown =>
      stream instanceof ReadableStream && !stream.locked ? stream.cancel() : undefined;
    this.#incoming.then(stop).catch(() => undefined);
  }
}
