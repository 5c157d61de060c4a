/** Brings the bytes of a model from any source into their final place in the engine's memory. */
import {
  arrivalOf,
  checkResponse,
  fetchFrom,
  resolveAddress,
  type Arrival,
} from './arrival.js';
import type { Engine } from './engine.js';
import { hasCode, throwIfAborted, untilAborted } from './errors.js';
import {
  isAddress,
  isBlob,
  isBytes,
  isResponse,
  isStream,
  viewOf,
  type Answer,
  type Host,
} from './host.js';
import { checkIntegrity, type CheckedOptions } from './load_options.js';
import { deleteModelCache, modelKeeper, readModelCache } from './model_cache.js';
import { ModelStart, readStream } from './model_stream.js';
import { wrong } from './options.js';
import { namedError } from './public_class.js';
import type { ModelSource } from './types.js';

type Bytes = Uint8Array<ArrayBuffer>;

interface Incoming {
  readonly arrival: Arrival;
  readonly stream: ReadableStream<Uint8Array> | Bytes;
  /** Undefined if there is no address to keep a copy under. */
  readonly cacheUrl?: string;
  readonly isKept?: boolean;
}

const isDamage = (cause: unknown): boolean =>
  hasCode(cause, 'integrity_mismatch', 'not_a_model', 'corrupt_model', 'fetch_failed');

/** Whether no answer came, or one of a proxy that could not reach the server itself. */
function isUnreachable(cause: unknown): boolean {
  const { status = 504 } = cause as { status?: number };
  return hasCode(cause, 'fetch_failed') && status >= 502 && status <= 504;
}

async function fromResponse(response: Answer, name: string): Promise<Incoming> {
  const { body } = response;
  const isReady = body === null || isStream(body);
  return {
    arrival: arrivalOf(response, name),
    stream: isReady ? (body ?? new Uint8Array(0)) : viewOf(name, await response.arrayBuffer()),
  };
}

async function fromServer(host: Host, url: string, { signal }: CheckedOptions): Promise<Incoming> {
  const answer = await fetchFrom(host, url, signal);
  return { ...(await fromResponse(answer, url)), cacheUrl: url };
}

/** The kept copy of an address, if there is one. */
async function fromCache(url: string, options: CheckedOptions): Promise<Incoming | undefined> {
  const copy = await untilAborted(readModelCache(url, options), options.signal);
  return copy && { ...(await fromResponse(copy, url)), cacheUrl: url, isKept: true };
}

/**
 * Opens an address. With a hash a kept copy is used first. Without one the server is asked first,
 * and a kept copy is used only if it cannot be reached.
 */
async function fromAddress(host: Host, url: string, options: CheckedOptions): Promise<Incoming> {
  const kept = options.hashes && (await fromCache(url, options));
  if (kept) return kept;
  try {
    return await fromServer(host, url, options);
  } catch (cause) {
    const copy = isUnreachable(cause) ? await fromCache(url, options) : undefined;
    if (!copy) throw cause;
    return copy;
  }
}

/** The bytes of a Blob; those of jsdom have neither stream() nor arrayBuffer(). */
function contentOf(blob: Blob): ReadableStream<Uint8Array> | Promise<Bytes> {
  if (typeof blob.stream === 'function') return blob.stream();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(viewOf('the Blob', reader.result as ArrayBuffer));
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

/** Opens a source that is a response or a stream. */
export async function openStream(source: Response | ReadableStream<Uint8Array>): Promise<Incoming> {
  if (isResponse(source)) {
    return fromResponse(checkResponse(source, 'the Response'), 'the Response');
  }
  return { arrival: { name: 'the stream', type: '' }, stream: source };
}

async function openSource(
  host: Host,
  source: ModelSource,
  options: CheckedOptions,
): Promise<Incoming> {
  if (isAddress(source)) return fromAddress(host, resolveAddress(host, source).href, options);
  if (isBytes(source)) {
    const stream = viewOf('the bytes', source);
    return { arrival: { name: 'the bytes', type: '' }, stream };
  }
  if (isBlob(source)) {
    return { arrival: { name: 'the Blob', type: source.type }, stream: await contentOf(source) };
  }
  if (isResponse(source) || isStream(source)) return openStream(source);
  throw wrong(
    'source',
    source,
    'a URL, Response, Blob, ReadableStream or bytes; not a proxy of one',
  );
}

/**
 * The most that is reserved because a header says so. More is reserved when half of it has arrived:
 * a wrong header cannot exhaust the memory.
 */
const TRUSTED_BYTES = 128 << 20;

/**
 * The place in the engine for the model. Its size is in the first bytes of the file, so it is
 * reserved once: WebAssembly memory never shrinks, and growing it step by step would copy what is
 * there and leave it twice as large. Until then chunks are collected outside.
 */
class Destination {
  readonly start: ModelStart;
  readonly #engine: Engine;
  /** Bytes that are all there; Infinity if more may come. */
  readonly #present: number;
  #early: Uint8Array[] = [];
  #place = 0;

  constructor(engine: Engine, arrival: Arrival, present: number) {
    this.start = new ModelStart(arrival);
    this.#engine = engine;
    this.#present = present;
  }

  add(chunk: Uint8Array): void {
    this.start.take(chunk);
    const { loaded, fileBytes = Infinity } = this.start;
    this.#early.push(chunk);
    const size = Math.min(fileBytes, this.#present);
    if (size === Infinity) return;
    this.#engine.checkSize(size);
    if (size <= Math.max(TRUSTED_BYTES, 2 * loaded)) this.#move(size);
  }

  #move(size: number): Bytes {
    const place = this.#engine.reserve(size);
    for (const chunk of this.#early) {
      place.set(chunk, this.#place);
      this.#place += chunk.length;
    }
    this.#early = [];
    return place;
  }

  /** Returns all bytes, now in the engine. */
  finish(): Bytes {
    this.start.finish();
    const { loaded } = this.start;
    return this.#move(loaded).subarray(0, loaded);
  }
}

async function readAll(
  { arrival, stream }: Incoming,
  destination: Destination,
  { signal, onProgress }: CheckedOptions,
): Promise<void> {
  const { start } = destination;
  const report = (): void =>
    onProgress?.({ phase: 'model', loaded: start.loaded, total: start.fileBytes });
  const take = (chunk: Uint8Array): void => {
    destination.add(chunk);
    report();
  };
  report();
  if (isBytes(stream)) {
    take(viewOf(arrival.name, stream)); // it may have been transferred since
  } else {
    await readStream(arrival, stream, take, signal);
  }
  throwIfAborted(signal);
}

/** Reads the whole source into the engine, checks its hash, opens the model and keeps a copy. */
async function receive(engine: Engine, incoming: Incoming, options: CheckedOptions): Promise<void> {
  const { arrival, stream, cacheUrl, isKept } = incoming;
  const present = isBytes(stream) ? stream.length : Infinity;
  const destination = new Destination(engine, arrival, present);
  await readAll(incoming, destination, options);
  const bytes = destination.finish();
  const { length } = bytes;
  await untilAborted(checkIntegrity(arrival.name, bytes, options.hashes), options.signal);
  const keep = !cacheUrl || isKept === true ? undefined : modelKeeper(cacheUrl, bytes, options);
  try {
    engine.open(length);
  } catch (cause) {
    throw namedError(arrival.name, cause);
  }
  keep?.();
}

/** A request for a model. It starts at once, while the engine is still being compiled. */
export class ModelRequest {
  readonly #host: Host;
  readonly #options: CheckedOptions;
  readonly #incoming: Promise<Incoming>;

  constructor(host: Host, source: ModelSource, options: CheckedOptions) {
    this.#host = host;
    this.#options = options;
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
      await receive(engine, incoming, this.#options);
    } catch (cause) {
      if (!incoming.cacheUrl || !isDamage(cause)) throw cause;
      const other = await this.#otherSource(incoming.cacheUrl, incoming.isKept === true);
      if (!other) throw cause;
      await receive(engine, other, this.#options);
    }
  }

  /**
   * Returns where else the model may come from: the server instead of a damaged copy, a kept copy
   * instead of a damaged answer.
   */
  async #otherSource(url: string, isKept: boolean): Promise<Incoming | undefined> {
    const { signal } = this.#options;
    if (!isKept) return fromCache(url, this.#options);
    await untilAborted(deleteModelCache(url, this.#options), signal);
    return fromServer(this.#host, url, this.#options);
  }

  /** Cancels a download that has not been read. */
  cancel(): void {
    const stop = ({ stream }: Incoming): unknown =>
      isStream(stream) && !stream.locked ? stream.cancel() : undefined;
    this.#incoming.then(stop).catch(() => undefined);
  }
}
